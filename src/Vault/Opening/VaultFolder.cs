using Coffer.Domain;
using Coffer.Storage.Folders;
using Coffer.Vault.Catalogs;

namespace Coffer.Vault.Opening;

/// <summary>
/// A vault's folder: <c>vault.json</c>, <c>catalog.db</c>, <c>keyspaces/HEX.db</c>, <c>store/</c>, <c>lock</c>.
/// </summary>
internal static class VaultFolder
{
    public const string Store = "store", Keyspaces = "keyspaces", Lock = "lock";

    public static VaultFolderKind Look(string path)
    {
        switch (OwnedFolder.Look(path))
        {
            case FolderLook.Missing: return VaultFolderKind.Absent;
            case FolderLook.Empty: return VaultFolderKind.Empty;
            case FolderLook.NotAFolder: return VaultFolderKind.Other;
        }
        var folder = OwnedFolder.Open(path, forWriting: false);
        folder.RequireReadable(); // or nothing in it would be seen, and a vault be taken for something else
        if (folder.Has(VaultFile.FileName)) return VaultFolderKind.Vault;
        return IsUnfinished(folder) ? VaultFolderKind.Empty : VaultFolderKind.Other;
    }

    /// <summary>Makes a vault; <see cref="VaultFile"/> comes last, so that what was broken off is not one.</summary>
    public static void Create(string path, string name, TimeProvider time)
    {
        if (name.Length is 0 or > Limits.NameLength) throw VaultFaults.Registration("the vault needs a name");
        var kind = Look(path);
        if (kind == VaultFolderKind.Vault) throw VaultFaults.Exists(path);
        if (kind == VaultFolderKind.Other) throw VaultFaults.NotEmpty(path);
        var folder = kind == VaultFolderKind.Absent ? OwnedFolder.Make(path) : OwnedFolder.Open(path, forWriting: true);
        using var lease = folder.TryLease(Lock, "coffer, making a vault")
            ?? throw VaultFaults.Busy(path, folder.LeaseHolder(Lock), TimeSpan.Zero);
        if (folder.Has(VaultFile.FileName)) throw VaultFaults.Exists(path); // somebody was quicker
        foreach (string leftover in folder.Names().Where(n => n.StartsWith(Catalog.FileName, StringComparison.Ordinal)))
            folder.Remove(leftover);
        folder.MakeFolder(Keyspaces);
        folder.MakeFolder(Store);
        folder.OpenStore(Store, time).Dispose();
        folder.MakeFile(Catalog.FileName);
        var id = VaultId.New();
        Catalog.Create(PathOfDatabase(folder, Catalog.FileName), id, name, time.GetUtcNow()).Dispose();
        folder.Sync("");
        new VaultFile(id, name).Write(folder);
    }

    /// <summary>The path of a database that is about to be opened by it, with what SQLite keeps beside it.</summary>
    /// <exception cref="FaultException"><c>store.owner</c>: one of them is a link or somebody else's.</exception>
    public static string PathOfDatabase(OwnedFolder folder, string name)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm", "-journal"]) folder.RequirePlain(name + suffix);
        return folder.PathOf(name);
    }

    /// <summary>Why a folder that was to be a vault is none.</summary>
    public static FaultException NotAVault(OwnedFolder folder)
    {
        if (OwnedFolder.Look(folder.Path) == FolderLook.Empty) return VaultFaults.Unmounted(folder.Path);
        bool isOne = OwnedFolder.Look(folder.PathOf(Store)) == FolderLook.Occupied && folder.Has(Catalog.FileName);
        return isOne || HasBackups(folder)
            ? VaultFaults.Damaged(folder.PathOf(VaultFile.FileName), "it is missing")
            : VaultFaults.NotAVault(folder.Path);
    }

    /// <summary>Whether its store holds what only a vault's does, so that all else can be made anew.</summary>
    public static bool HasBackups(OwnedFolder folder) => ((string[])["records", "points", "packs"]).Any(
        name => OwnedFolder.Look(folder.PathOf($"{Store}/{name}")) == FolderLook.Occupied);

    /// <exception cref="FaultException"><c>vault.lost</c>.</exception>
    public static void RequireStore(OwnedFolder folder)
    {
        if (OwnedFolder.Look(folder.PathOf(Store)) is FolderLook.Missing or FolderLook.NotAFolder)
            throw VaultFaults.StoreGone(folder.PathOf(Store));
    }

    // All of it made by Create, nothing of it by a machine: a registration leaves records.
    private static bool IsUnfinished(OwnedFolder folder)
    {
        string[] own =
        [
            Keyspaces, Store, Lock, Catalog.FileName, Catalog.FileName + "-wal", Catalog.FileName + "-shm",
            Catalog.FileName + "-journal", VaultFile.FileName + ".new", "lost+found",
        ];
        try
        {
            return folder.Names().All(own.Contains)
                && OwnedFolder.Look(folder.PathOf($"{Store}/records")) == FolderLook.Missing
                && OwnedFolder.Look(folder.PathOf($"{Store}/packs")) == FolderLook.Missing;
        }
        catch (FaultException)
        {
            return false;
        }
    }
}
