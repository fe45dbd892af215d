using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>What keeps a graph alive. In rows: numbers are never reused.</summary>
internal enum RootKind
{
    Point = 1,
    Checkpoint = 2,

    /// <summary>What a session builds on.</summary>
    Base = 3,
}

/// <param name="Owner">Source of a point or checkpoint, session of a base.</param>
internal sealed record Root(ObjectId Id, RootKind Kind, Id128 Owner);

/// <summary>
/// Where marking begins. A root is added only once all below it was walked (<see cref="ClosureWalk"/>), and is durable
/// before whatever makes it count.
/// </summary>
internal sealed class RootTable(Database database)
{
    public void Add(Root root, ReadOnlyMemory<byte> references, DateTimeOffset now) => database.Run(
        "INSERT OR REPLACE INTO roots (id, kind, owner, ids, added) VALUES (?1, ?2, ?3, ?4, ?5)",
        command =>
        {
            command.Bind(1, root.Id);
            command.Bind(2, (long)root.Kind);
            command.Bind(3, root.Owner);
            command.Bind(4, references.Span);
            command.Bind(5, now);
        });

    /// <summary>
    /// A base is rooted with what its point or checkpoint refers to; false where that is no root itself.
    /// </summary>
    public bool AddBase(ObjectId id, SessionId session, DateTimeOffset now) => database.Run(
        "INSERT OR REPLACE INTO roots (id, kind, owner, ids, added) "
        + "SELECT id, 3, ?2, ids, ?3 FROM roots WHERE id = ?1 AND kind IN (1, 2) LIMIT 1",
        command =>
        {
            command.Bind(1, id);
            command.Bind(2, session.Value);
            command.Bind(3, now);
        }) > 0;

    /// <summary>What a point or checkpoint refers to, 32 bytes each; null where it is no root.</summary>
    public byte[]? ReferencesOf(ObjectId id) => database.QueryFirst(
        "SELECT ids FROM roots WHERE id = ?1 AND kind IN (1, 2) LIMIT 1",
        command => command.Bind(1, id),
        row => row.Blob(0));

    public void Remove(Root root) => database.Run(
        "DELETE FROM roots WHERE id = ?1 AND kind = ?2 AND owner = ?3",
        command =>
        {
            command.Bind(1, root.Id);
            command.Bind(2, (long)root.Kind);
            command.Bind(3, root.Owner);
        });

    public void RemoveBases(SessionId session) => database.Run(
        "DELETE FROM roots WHERE kind = 3 AND owner = ?1", command => command.Bind(1, session.Value));

    /// <summary>All points and checkpoints; to be looked through only when a writer died.</summary>
    public List<Root> All() => database.Query(
        "SELECT id, kind, owner FROM roots WHERE kind IN (1, 2)", _ => { },
        row => new Root(row.ObjectId(0), (RootKind)row.GetInt32(1), row.Id128(2)));

    /// <summary>Nothing in the catalog answers for it. Adding the root anew takes the doubt away.</summary>
    public void Doubt(Root root, DateTimeOffset now) => database.Run(
        "UPDATE roots SET doubted = ifnull(doubted, ?4) WHERE id = ?1 AND kind = ?2 AND owner = ?3",
        command =>
        {
            command.Bind(1, root.Id);
            command.Bind(2, (long)root.Kind);
            command.Bind(3, root.Owner);
            command.Bind(4, now);
        });

    public void RemoveDoubted(DateTimeOffset before) => database.Run(
        "DELETE FROM roots WHERE doubted IS NOT NULL AND doubted < ?1", command => command.Bind(1, before));

    /// <summary>What every root refers to, bases included: where marking begins.</summary>
    public List<(ObjectId Id, byte[] References)> AllReferences() => database.Query(
        "SELECT id, ids FROM roots", _ => { }, row => (row.ObjectId(0), row.Blob(1)));
}
