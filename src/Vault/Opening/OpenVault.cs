using Coffer.Domain;
using Coffer.Domain.Security.Settings;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Auditing;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Documents;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Records;
using Coffer.Vault.Sharing;

namespace Coffer.Vault.Opening;

/// <summary>A vault's folder with everything in it that is open, as the parts of the engine share it.</summary>
internal sealed class OpenVault : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<KeyspaceId, KeyspaceFile> _keyspaces = [];
    private readonly PassedOver _passedOver = new();
    private bool _isHalfDone;
    private DatabaseCopies? _spare;
    private Fault? _damage;

    public OpenVault(OwnedFolder folder, IObjectStore store, Catalog catalog, VaultOpenOptions options, VaultFile file)
    {
        (Folder, Store, Catalog, Options) = (folder, store, catalog, options);
        (Id, Name) = (file.Id, file.Name);
        Records = new RecordLog(store, catalog);
        Documents = new DocumentShelf(this);
        Audit = new AuditLog(this);
        Sharing = new SharingShelf(this);
    }

    public VaultId Id { get; }

    public string Name { get; }

    public OwnedFolder Folder { get; }

    public IObjectStore Store { get; }

    public Catalog Catalog { get; }

    public RecordLog Records { get; }

    public VaultOpenOptions Options { get; }

    /// <summary>
    /// Held by a collection: of those of one process, as of those of several by the writer's lock, one at a time. They
    /// share the mark on disk, and what one has set to <em>removing</em> the next would finish as well.
    /// </summary>
    public Lock CollectionTurn { get; } = new();

    /// <summary>
    /// Held by a scrub: two would judge one damaged pack at the same time, and both copy what stands in it.
    /// </summary>
    public Lock ScrubTurn { get; } = new();

    /// <summary>
    /// Held from looking at a point's state to the record and the row that change it: of two changes at once the later
    /// one must know of the earlier, or a point that was just held is purged.
    /// </summary>
    public Lock PointTurn { get; } = new();

    /// <summary>Held from the look whether a keyspace is known to its rows.</summary>
    public Lock RegistrationTurn { get; } = new();

    /// <summary>
    /// Held from looking at a document to the one that replaces it, and while the audit log grows: an entry follows
    /// one other, and a PIN is used once.
    /// </summary>
    public Lock DocumentTurn { get; } = new();

    public DocumentShelf Documents { get; }

    public AuditLog Audit { get; }

    public SharingShelf Sharing { get; }

    /// <summary>The vault's switches as they are now.</summary>
    public SecuritySettings Settings =>
        Documents.Find(DocumentKinds.Settings, DocumentKinds.Vault) ?? SecuritySettings.Default;

    /// <summary>The writer's lock; null beside a writer.</summary>
    public FolderLease? Lease { get; init; }

    /// <summary>Raised by this opening; 0 beside a writer.</summary>
    public long Opening { get; init; }

    /// <summary>Where the databases lie while the vault itself cannot be written; null otherwise.</summary>
    public DatabaseCopies? Copies { get; init; }

    /// <summary>The keyspace that had the last slice of upkeep; null before the first.</summary>
    public KeyspaceId? LastLookedAfter { get; set; }

    public bool IsReadOnly => Copies is not null;

    /// <summary>
    /// An index that was damaged, and is made up for while this is open, or what could not be read; null where all is
    /// sound.
    /// </summary>
    public Fault? Damage => _damage ?? PassedOver.Fault;

    /// <summary>What could not be read while many objects were gone through.</summary>
    public PassedOver PassedOver => Copies?.PassedOver ?? _passedOver;

    public DateTimeOffset Now => Options.Time.GetUtcNow();

    public void RequireWriter()
    {
        if (IsReadOnly) throw VaultFaults.ReadOnly(Folder.Path);
        if (Lease is null) throw VaultFaults.Shared(Folder.Path);
    }

    /// <summary>Something durable was begun and not ended: the next opening looks for it.</summary>
    public void LeftHalfDone() => _isHalfDone = true;

    /// <summary>Takes durable steps one after the other; what ends them early has left something half done.</summary>
    public void Step(Action steps)
    {
        try
        {
            steps();
        }
        catch
        {
            LeftHalfDone();
            throw;
        }
    }

    public KeyspaceFile CreateKeyspace(KeyspaceId keyspace)
    {
        string name = KeyspaceFile.FileName(keyspace);
        // Left by a registration that died before the catalog knew of it.
        foreach (string leftover in (string[])[name, name + "-wal", name + "-shm"])
            if (Folder.Has(leftover)) Folder.Remove(leftover);
        Folder.MakeFile(name);
        var file = KeyspaceFile.Create(VaultFolder.PathOfDatabase(Folder, name), keyspace);
        lock (_lock) _keyspaces.Add(keyspace, file);
        file.SetOpening(Opening);
        Folder.Sync(VaultFolder.Keyspaces);
        return file;
    }

    /// <summary>A registration failed: its keyspace is none of this vault's.</summary>
    public void DropKeyspace(KeyspaceId keyspace)
    {
        lock (_lock)
            if (_keyspaces.Remove(keyspace, out var file)) file.Dispose();
    }

    /// <summary>The file of a keyspace, opened once.</summary>
    /// <exception cref="FaultException"><c>vault.keyspace</c>, <c>vault.damaged</c>, <c>vault.behind</c>.</exception>
    public KeyspaceFile Keyspace(KeyspaceId keyspace)
    {
        lock (_lock)
        {
            if (_keyspaces.TryGetValue(keyspace, out var open)) return open;
            var row = Catalog.Keyspaces.Find(keyspace) ?? throw VaultFaults.NoKeyspace(keyspace);
            var file = Copies?.OpenKeyspace(keyspace, row.Opening, Store, Now) ?? OpenKeyspaceFileOrSpare(row);
            try
            {
                if (Lease is not null) RaiseOpening(file, row);
                if (Lease is not null) Sharing.Settle(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
            _keyspaces.Add(keyspace, file);
            return file;
        }
    }

    /// <summary>
    /// Leaves room for collection, records and the catalog. Whatever a machine can send without end asks for it. What
    /// makes room or saves backups does not, and is bounded otherwise: by PINs, second persons, a number an hour.
    /// </summary>
    /// <returns>Bytes that packs may still take.</returns>
    /// <exception cref="FaultException"><c>vault.full</c>.</exception>
    public long RequireSpace()
    {
        var (free, reserve) = Space();
        return free > reserve ? free - reserve : throw VaultFaults.Full(free, reserve, Folder.Path);
    }

    /// <summary>Whether there is more than the reserve.</summary>
    public bool HasSpace()
    {
        var (free, reserve) = Space();
        return free > reserve;
    }

    public void Dispose()
    {
        foreach (var file in _keyspaces.Values) file.Dispose();
        _keyspaces.Clear();
        try
        {
            if (Lease is not null && !_isHalfDone)
            {
                // What a writer before this one left, and was too young to go when this one began.
                Store.RemoveLeftovers();
                Records.TellBytes();
                Catalog.Vault.CloseClean(Opening);
            }
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            // The disk is full or gone. The next opening finds the vault unclosed and settles it, which is right.
        }
        finally
        {
            Catalog.Dispose();
            Store.Dispose();
            Lease?.Dispose();
            Copies?.Dispose();
            _spare?.Dispose();
        }
    }

    private (long Free, long Reserve) Space()
    {
        var space = Store.Space();
        long reserve = Options.ReserveBytes
            ?? Math.Clamp(
                space.TotalBytes / 100 * Limits.ReservePercent, Limits.MinReserveBytes, Limits.MaxReserveBytes);
        return (space.FreeBytes, reserve);
    }

    // A reader can do with an index made anew from the packs; a writer must not go on from one.
    private KeyspaceFile OpenKeyspaceFileOrSpare(KeyspaceRow row)
    {
        try
        {
            return OpenKeyspaceFile(row.Id);
        }
        catch (FaultException e) when (Lease is null && e.Fault.Code == "vault.damaged")
        {
            _damage = e.Fault;
            _spare ??= new DatabaseCopies(Folder);
            return _spare.OpenKeyspace(row.Id, row.Opening, Store, Now);
        }
    }

    private KeyspaceFile OpenKeyspaceFile(KeyspaceId keyspace)
    {
        string name = KeyspaceFile.FileName(keyspace);
        return Folder.Has(name)
            ? KeyspaceFile.Open(VaultFolder.PathOfDatabase(Folder, name), keyspace)
            : throw VaultFaults.Damaged(Folder.PathOf(name), "it is missing");
    }

    // The file before the catalog's note of it: whoever dies in between leaves a file that is ahead, not behind.
    private void RaiseOpening(KeyspaceFile file, KeyspaceRow row)
    {
        if (file.Opening() < row.Opening) throw VaultFaults.Behind(KeyspaceFile.FileName(row.Id));
        if (row.Opening == Opening) return;
        file.Transaction(() =>
        {
            file.SetOpening(Opening);
            file.Sessions.EndAll(Now);
            file.Roots.RemoveDoubted(Now - Limits.UnclaimedRootAge);
        });
        Catalog.Keyspaces.SetOpening(row.Id, Opening);
    }
}
