using Coffer.Domain;
using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Records;

namespace Coffer.Vault.Opening;

/// <summary>
/// Databases of a vault that cannot be written, in a temporary folder: copied, or made anew where there is nothing
/// that could be copied. Gone when disposed.
/// </summary>
internal sealed class DatabaseCopies : IDisposable
{
    private readonly OwnedFolder _source;
    private readonly OwnedFolder _target = OwnedFolder.Temporary();
    private bool _isCatalogNew;

    public DatabaseCopies(OwnedFolder source)
    {
        _source = source;
        _target.MakeFolder(VaultFolder.Keyspaces);
    }

    /// <summary>What could not be read while databases were made anew.</summary>
    public PassedOver PassedOver { get; } = new();

    /// <summary>
    /// What <c>vault.json</c> says, or the catalog where that file is lost or damaged; null where neither tells.
    /// </summary>
    public VaultFile? Identity()
    {
        try
        {
            if (VaultFile.Read(_source) is { } file) return file;
        }
        catch (FaultException e) when (e.Fault.Code == "vault.damaged")
        {
            // The catalog says the same of itself.
        }

        if (!Copy(Catalog.FileName)) return null;
        using var catalog = Try(() => Catalog.Open(_target.PathOf(Catalog.FileName)));
        return Try(() => catalog?.Vault.Read()) is { } facts ? new VaultFile(facts.Id, facts.Name) : null;
    }

    public Catalog OpenCatalog(VaultFile file, IObjectStore store, DateTimeOffset now)
    {
        string path = _target.PathOf(Catalog.FileName);
        // Before it is copied: a writer at work may raise the number in between.
        long stored = VaultOpening.Stored(store);
        if (Copy(Catalog.FileName))
        {
            var catalog = Try(() => Catalog.Open(path));
            var facts = catalog is null ? null : Try(() => catalog.Vault.Read());
            // One that was restored from an old copy would hide what came later.
            if (facts?.Id == file.Id && !VaultOpening.IsBehind(facts, stored)) return catalog!;
            catalog?.Dispose();
        }
        _isCatalogNew = true;
        Clear(Catalog.FileName);
        var rebuilt = Catalog.Create(path, file.Id, file.Name, now);
        CatalogRebuild.Run(rebuilt, store, PassedOver);
        return rebuilt;
    }

    /// <param name="opening">That the file must be of at least, as the catalog says.</param>
    public KeyspaceFile OpenKeyspace(KeyspaceId keyspace, long opening, IObjectStore store, DateTimeOffset now)
    {
        string name = KeyspaceFile.FileName(keyspace);
        if (Copy(name) && Try(() => KeyspaceFile.Open(_target.PathOf(name), keyspace)) is { } copy)
        {
            if (Try(() => copy.IsWhole() && copy.Opening() >= opening ? copy : null) is not null)
            {
                // A catalog made anew does not know how old the index is: packs that came later are added.
                if (_isCatalogNew) IndexRebuild.Run(copy, store, now, PassedOver);
                return copy;
            }
            copy.Dispose();
        }
        Clear(name);
        var rebuilt = KeyspaceFile.Create(_target.PathOf(name), keyspace);
        // Whoever reads opens each frame to its id, so what is only likely is worth a try.
        new IndexRebuild(rebuilt, store, now, PassedOver) { Salvaged = [] }.Run();
        return rebuilt;
    }

    public void Dispose() => _target.RemoveAll();

    // What the writer had not yet moved from the log into the file lies beside it.
    private bool Copy(string name)
    {
        if (!_source.CopyTo(name, _target, name)) return false;
        _source.CopyTo(name + "-wal", _target, name + "-wal");
        return true;
    }

    private void Clear(string name)
    {
        foreach (string leftover in (string[])[name, name + "-wal", name + "-shm"])
            if (_target.Has(leftover)) _target.Remove(leftover);
        _target.MakeFile(name);
    }

    private static T? Try<T>(Func<T?> open)
        where T : class
    {
        try
        {
            return open();
        }
        catch (FaultException e) when (e.Fault.Code is "vault.damaged" or "vault.newer")
        {
            return null;
        }
        catch (CorruptionException)
        {
            return null;
        }
    }
}
