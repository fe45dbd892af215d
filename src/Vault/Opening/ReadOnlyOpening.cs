using Coffer.Storage;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;

namespace Coffer.Vault.Opening;

/// <summary>Opens a vault without a lock, a row or a byte written to it.</summary>
internal static class ReadOnlyOpening
{
    public static OpenVault Open(string path, VaultOpenOptions options)
    {
        if (OwnedFolder.Look(path) == FolderLook.Missing) throw VaultFaults.Missing(path);
        var folder = OwnedFolder.Open(path, forWriting: false);
        folder.RequireReadable();
        VaultFolder.RequireStore(folder);
        IObjectStore store = folder.OpenStoreForReading(VaultFolder.Store, options.Time);
        store = options.WrapStore?.Invoke(store) ?? store;
        var copies = new DatabaseCopies(folder);
        try
        {
            var file = copies.Identity() ?? throw VaultFolder.NotAVault(folder);
            var catalog = copies.OpenCatalog(file, store, options.Time.GetUtcNow());
            return new OpenVault(folder, store, catalog, options, file) { Copies = copies };
        }
        catch
        {
            copies.Dispose();
            store.Dispose();
            throw;
        }
    }
}
