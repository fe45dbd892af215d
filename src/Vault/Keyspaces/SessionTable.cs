using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <param name="Process">Number of the process on its machine.</param>
internal sealed record SessionRow(SessionId Id, MachineId Machine, SourceId Source, int Process, string Boot);

/// <summary>Writing sessions and readers: what collection must wait for.</summary>
internal sealed class SessionTable(Database database)
{
    public void Open(SessionRow session, DateTimeOffset now) => database.Run(
        "INSERT INTO sessions (id, machine, source, process, boot, opened, called) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        command =>
        {
            command.Bind(1, session.Id.Value);
            command.Bind(2, session.Machine.Value);
            command.Bind(3, session.Source.Value);
            command.Bind(4, session.Process);
            command.Bind(5, session.Boot);
            command.Bind(6, now);
        });

    public void End(SessionId session, DateTimeOffset now) => database.Transaction(() =>
    {
        End(session.Value, now);
        database.Run(
            "DELETE FROM sessions WHERE ended < ?1", command => command.Bind(1, now - Limits.UnclaimedRootAge));
    });

    /// <summary>
    /// Whoever holds the writer's lock is the only writer: sessions left open are of writers that died.
    /// </summary>
    public void EndAll(DateTimeOffset now)
    {
        var open = database.Query(
            "SELECT id FROM sessions WHERE ended IS NULL", _ => { }, row => row.Id128(0));
        foreach (var session in open) End(session, now);
        database.Run("DELETE FROM readers WHERE heartbeat < ?1", command => command.Bind(1, now - Limits.SessionIdle));
    }

    /// <summary>False where the session has ended.</summary>
    public bool IsOpen(SessionId session) => database.QueryFirst(
        "SELECT 1 FROM sessions WHERE id = ?1 AND ended IS NULL",
        command => command.Bind(1, session.Value),
        row => row.GetInt64(0)) == 1;

    public void Touch(SessionId session, DateTimeOffset now) => database.Run(
        "UPDATE sessions SET called = ?2 WHERE id = ?1",
        command =>
        {
            command.Bind(1, session.Value);
            command.Bind(2, now);
        });

    public void OpenReader(Id128 reader, int process, string boot, string purpose, DateTimeOffset now) => database.Run(
        "INSERT INTO readers (id, process, boot, purpose, opened, heartbeat) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        command =>
        {
            command.Bind(1, reader);
            command.Bind(2, process);
            command.Bind(3, boot);
            command.Bind(4, purpose);
            command.Bind(5, now);
        });

    public void BeatReader(Id128 reader, DateTimeOffset now) => database.Run(
        "UPDATE readers SET heartbeat = ?2 WHERE id = ?1",
        command =>
        {
            command.Bind(1, reader);
            command.Bind(2, now);
        });

    public void CloseReader(Id128 reader) => database.Run(
        "DELETE FROM readers WHERE id = ?1", command => command.Bind(1, reader));

    private void End(Id128 session, DateTimeOffset now)
    {
        database.Run("DELETE FROM roots WHERE kind = 3 AND owner = ?1", command => command.Bind(1, session));
        database.Run(
            "UPDATE sessions SET ended = ?2 WHERE id = ?1 AND ended IS NULL",
            command =>
            {
                command.Bind(1, session);
                command.Bind(2, now);
            });
    }
}
