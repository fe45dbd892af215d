using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>
/// The file of one keyspace, open for the vault's writer. Everything that changes it is one transaction under the
/// database's gate; looking ids up goes past that, through connections of its own.
/// </summary>
internal sealed class KeyspaceFile : IDisposable
{
    private readonly Database _database;

    private KeyspaceFile(KeyspaceId keyspace, Database database)
    {
        _database = database;
        Keyspace = keyspace;
        Lookups = new FrameLookups(database.Path);
        Packs = new PackIndex(database);
        Roots = new RootTable(database);
        Sessions = new SessionTable(database);
        Damage = new DamageReports(database);
        Walk = new ClosureWalk(database);
        Condemned = new Condemnations(database);
        Collections = new CollectionRow(database);
        Scrubs = new ScrubRows(database);
    }

    public KeyspaceId Keyspace { get; }

    public FrameLookups Lookups { get; }

    public PackIndex Packs { get; }

    public RootTable Roots { get; }

    public SessionTable Sessions { get; }

    public DamageReports Damage { get; }

    public ClosureWalk Walk { get; }

    public Condemnations Condemned { get; }

    public CollectionRow Collections { get; }

    public ScrubRows Scrubs { get; }

    /// <summary>Where the file lies, for readers with a connection of their own.</summary>
    public string Path => _database.Path;

    public static string FileName(KeyspaceId keyspace) => $"keyspaces/{keyspace}.db";

    /// <summary>Fills an empty file.</summary>
    public static KeyspaceFile Create(string path, KeyspaceId keyspace)
    {
        var file = new KeyspaceFile(keyspace, Database.Create(path, KeyspaceSchema.Schema));
        file._database.Run(
            "INSERT INTO keyspace (id, opening, loss_epoch, fencing) VALUES (?1, 0, 1, 0)",
            command => command.Bind(1, keyspace.Value));
        return file;
    }

    public static KeyspaceFile Open(string path, KeyspaceId keyspace)
    {
        var file = new KeyspaceFile(keyspace, Database.Open(path, KeyspaceSchema.Schema));
        var found = file._database.QueryFirst(
            "SELECT id FROM keyspace", _ => { }, row => (Id128?)row.Id128(0));
        if (found == keyspace.Value) return file;
        file.Dispose();
        throw VaultFaults.Damaged(path, found is null ? "it is unfinished" : $"it is of keyspace {found}");
    }

    /// <inheritdoc cref="Database.EmptyLog"/>
    public void EmptyLog() => _database.EmptyLog();

    /// <summary>False where SQLite finds its pages out of order.</summary>
    public bool IsWhole() => (string?)_database.Scalar("PRAGMA quick_check(1)") == "ok";

    public long Opening() => _database.QueryFirst("SELECT opening FROM keyspace", _ => { }, row => row.GetInt64(0));

    public void SetOpening(long opening) => _database.Run(
        "UPDATE keyspace SET opening = ?1", command => command.Bind(1, opening));

    public long LossEpoch() =>
        _database.QueryFirst("SELECT loss_epoch FROM keyspace", _ => { }, row => row.GetInt64(0));

    /// <summary>Of a file made anew: above every epoch that caches of agents may be stamped with.</summary>
    public void SetLossEpoch(long epoch) => _database.Run(
        "UPDATE keyspace SET loss_epoch = ?1", command => command.Bind(1, epoch));

    /// <summary>Something was lost: no page counts as closed until it was walked again.</summary>
    public void RaiseLossEpoch() => _database.Run("UPDATE keyspace SET loss_epoch = loss_epoch + 1", _ => { });

    /// <summary>All of <paramref name="act"/> durably or nothing of it.</summary>
    public void Transaction(Action act) => _database.Transaction(act);

    /// <inheritdoc cref="Transaction(Action)"/>
    public T Transaction<T>(Func<T> act) => _database.Transaction(act);

    public void Dispose()
    {
        Lookups.Dispose();
        _database.Dispose();
    }
}
