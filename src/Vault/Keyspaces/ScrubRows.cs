using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>
/// How far the reading again of all packs has come. A pass has a number and no time, so a clock that jumps neither
/// skips a pack nor begins anew.
/// </summary>
internal sealed class ScrubRows(Database database)
{
    /// <summary>
    /// Packs, present or set aside, that the pass has not come by yet, those first that were looked at longest ago.
    /// Where it came by all of them, the next pass begins.
    /// </summary>
    public (long Pass, List<PackRow> Packs) BeginOrGoOn() => database.Transaction(() =>
    {
        long pass = Pass();
        var left = Left(pass);
        if (left.Count > 0) return (pass, left);
        database.Run("UPDATE keyspace SET scrub = ?1", command => command.Bind(1, pass + 1));
        return (pass + 1, Left(pass + 1));
    });

    /// <summary>The pass that is going on, or was the last.</summary>
    public long Pass() => database.QueryFirst("SELECT scrub FROM keyspace", _ => { }, row => row.GetInt64(0));

    /// <summary>
    /// Packs, present or set aside, that were last read, or came in, before a time; the oldest first.
    /// </summary>
    public List<PackRow> Before(DateTimeOffset time) => Query(
        "p.state IN (1, 4) AND ifnull(p.checked, p.received) < ?1", command => command.Bind(1, time));

    /// <summary>The packs of a list that are present or set aside.</summary>
    public List<PackRow> Only(IReadOnlyCollection<ObjectId> packs) =>
        Query("p.state IN (1, 4)", _ => { }).FindAll(pack => packs.Contains(pack.Hash));

    /// <param name="packs">Numbers of packs that were read and are right, or are set aside.</param>
    public void SetChecked(IReadOnlyList<long> packs, long pass, DateTimeOffset now) => database.Transaction(() =>
    {
        foreach (long pack in packs)
        {
            database.Run(
                "UPDATE packs SET checked = ?2, scrub = ?3 WHERE number = ?1",
                command =>
                {
                    command.Bind(1, pack);
                    command.Bind(2, now);
                    command.Bind(3, pass);
                });
        }
    });

    /// <summary>
    /// When the pack was last read, or came in, for which that is longest ago; null where no pack was ever read again.
    /// </summary>
    public DateTimeOffset? OldestCheck() => database.QueryFirst(
        "SELECT min(ifnull(checked, received)) FROM packs WHERE state = 1 "
        + "AND EXISTS (SELECT 1 FROM packs WHERE checked IS NOT NULL)",
        _ => { }, row => row.MaybeTime(0));

    private List<PackRow> Left(long pass) =>
        Query("p.state IN (1, 4) AND p.scrub < ?1", command => command.Bind(1, pass));

    private List<PackRow> Query(string where, Action<Sqlite.SqliteCommand> bind) => database.Query(
        $"SELECT p.number, p.hash, p.class, p.length, p.frames FROM packs p WHERE {where} "
        + "ORDER BY p.scrub, ifnull(p.checked, p.received), p.number",
        bind,
        row => new PackRow(
            row.GetInt64(0), row.ObjectId(1), (PackClass)row.GetByte(2), row.GetInt64(3), row.GetInt64(4)));
}
