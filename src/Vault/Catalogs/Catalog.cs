using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <summary>
/// The vault's catalog, catalog.db. Each method is safe for several threads; <see cref="Transaction"/> makes several of
/// them one.
/// </summary>
internal sealed class Catalog : IDisposable
{
    public const string FileName = "catalog.db";

    private readonly Database _database;

    private Catalog(Database database)
    {
        _database = database;
        Vault = new VaultRow(database);
        Keyspaces = new KeyspaceRows(database);
        Machines = new MachineRows(database);
        Points = new PointRows(database);
        Checkpoints = new CheckpointRows(database);
        Jobs = new JobRows(database);
        RecordScopes = new RecordScopeRows(database);
        Credentials = new CredentialRows(database);
        Documents = new DocumentRows(database);
        Audit = new AuditRows(database);
    }

    public VaultRow Vault { get; }

    public KeyspaceRows Keyspaces { get; }

    public MachineRows Machines { get; }

    public PointRows Points { get; }

    public CheckpointRows Checkpoints { get; }

    public JobRows Jobs { get; }

    public RecordScopeRows RecordScopes { get; }

    public CredentialRows Credentials { get; }

    public DocumentRows Documents { get; }

    public AuditRows Audit { get; }

    public static Catalog Create(string path, VaultId id, string name, DateTimeOffset now)
    {
        var catalog = new Catalog(Database.Create(path, CatalogSchema.Schema));
        catalog.Vault.Insert(id, name, now);
        return catalog;
    }

    public static Catalog Open(string path) => new(Database.Open(path, CatalogSchema.Schema));

    /// <inheritdoc cref="Database.EmptyLog"/>
    public void EmptyLog() => _database.EmptyLog();

    /// <summary>False where SQLite finds its pages out of order.</summary>
    public bool IsWhole() => (string?)_database.Scalar("PRAGMA quick_check(1)") == "ok";

    /// <summary>All of <paramref name="act"/> durably or nothing of it.</summary>
    public void Transaction(Action act) => _database.Transaction(act);

    public void Dispose() => _database.Dispose();
}
