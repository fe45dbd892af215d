using Coffer.Domain;
using Coffer.Vault.Databases;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Keyspaces;

/// <summary>
/// Ids that nothing alive refers to. Condemned by id, so whatever copies come in later are condemned as well until a
/// root lifts them (<see cref="ClosureWalk"/>). A generation is what one transaction condemned, with the sessions and
/// readers that were open then: it may be removed once those have ended.
/// </summary>
internal sealed class Condemnations(Database database)
{
    private readonly SqliteCommand _insert = database.Prepare(
        "INSERT OR IGNORE INTO condemned (id, generation, condemned) VALUES (?1, ?2, ?3)");

    private readonly SqliteCommand _lift = database.Prepare("DELETE FROM condemned WHERE id = ?1");

    private readonly SqliteCommand _generation = database.Prepare("SELECT generation FROM condemned WHERE id = ?1");

    private readonly SqliteCommand _forget = database.Prepare(
        "DELETE FROM condemned WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM frames f WHERE f.id = ?1)");

    /// <summary>Begins a generation within a transaction; its number is larger than any before.</summary>
    public long Begin(DateTimeOffset now)
    {
        long generation = database.QueryFirst(
            "INSERT INTO generations (condemned) VALUES (?1) RETURNING number",
            command => command.Bind(1, now), row => row.GetInt64(0));
        database.Run(
            "INSERT INTO generation_waits (generation, id) SELECT ?1, id FROM sessions WHERE ended IS NULL "
            + "UNION SELECT ?1, id FROM readers",
            command => command.Bind(1, generation));
        return generation;
    }

    /// <summary>Condemns an id within a transaction; false where it was condemned before.</summary>
    public bool Add(ObjectId id, long generation, DateTimeOffset now)
    {
        _insert.Bind(1, id);
        _insert.Bind(2, generation);
        _insert.Bind(3, now);
        return _insert.ExecuteNonQuery() > 0;
    }

    public void Lift(ObjectId id)
    {
        _lift.Bind(1, id);
        _lift.ExecuteNonQuery();
    }

    /// <summary>
    /// 0 where the id is not condemned. Also asked outside transactions, and must then not see into another thread's.
    /// </summary>
    public long GenerationOf(ObjectId id)
    {
        lock (database.Gate)
        {
            return database.Do(() =>
            {
                _generation.Bind(1, id);
                return _generation.First(row => row.GetInt64(0));
            });
        }
    }

    /// <summary>Of an id of which no copy is left.</summary>
    public void Forget(ObjectId id)
    {
        _forget.Bind(1, id);
        _forget.ExecuteNonQuery();
    }

    /// <summary>All condemned ids up to a generation, ascending.</summary>
    public List<ObjectId> UpTo(long generation) => database.Query(
        "SELECT id FROM condemned WHERE generation <= ?1 ORDER BY id",
        command => command.Bind(1, generation), row => row.ObjectId(0));

    public long Count() => database.QueryFirst("SELECT count(*) FROM condemned", _ => { }, row => row.GetInt64(0));

    /// <summary>
    /// The newest generation that may be removed: condemned before <paramref name="before"/>, and everybody who was at
    /// it then has ended, in all generations up to it. 0 where there is none.
    /// </summary>
    /// <param name="deadReader">Readers without a sign of life since then do not count.</param>
    public long NewestRemovable(DateTimeOffset before, DateTimeOffset deadReader) => database.QueryFirst(
        """
        SELECT ifnull(max(g.number), 0) FROM generations g
        WHERE NOT EXISTS (SELECT 1 FROM generations e WHERE e.number <= g.number AND e.condemned > ?1)
          AND NOT EXISTS (
            SELECT 1 FROM generation_waits w JOIN sessions s ON s.id = w.id
            WHERE w.generation <= g.number AND s.ended IS NULL)
          AND NOT EXISTS (
            SELECT 1 FROM generation_waits w JOIN readers r ON r.id = w.id
            WHERE w.generation <= g.number AND r.heartbeat >= ?2)
        """,
        command =>
        {
            command.Bind(1, before);
            command.Bind(2, deadReader);
        },
        row => row.GetInt64(0));

    /// <summary>Forgets generations of which nothing is condemned any more.</summary>
    public void DropEmpty()
    {
        database.Run("DELETE FROM generations WHERE number NOT IN (SELECT generation FROM condemned)", _ => { });
        database.Run("DELETE FROM generation_waits WHERE generation NOT IN (SELECT number FROM generations)", _ => { });
    }
}
