using System.Runtime.InteropServices;
using Coffer.Domain;
using Coffer.Storage.Disks;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Folders;

/// <summary>What stands at a path before anything is made there.</summary>
public enum FolderLook
{
    Missing = 1,

    /// <summary>Empty, but for what a file system itself puts at its top.</summary>
    Empty = 2,
    Occupied = 3,

    /// <summary>A file, say.</summary>
    NotAFolder = 4,
}

/// <summary>
/// A folder on a disk of this machine that belongs to one user: folders 0700, files 0600. Where root works in another
/// user's folder, what it makes is given to that user; another user is refused.
/// </summary>
public sealed class OwnedFolder
{
    /// <summary>Small files are read whole; what is longer is not one of them.</summary>
    private const int SmallBytes = 64 << 10;

    private const int WorkBuffer = 64 << 10;

    private const int ReadAndSearch = 5, WriteAndSearch = 3;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Null where what this process makes belongs to the right user by itself.
    private readonly OwnedTree? _tree;

    private OwnedFolder(string path, FolderOwner? giveTo)
    {
        Path = path;
        _tree = giveTo is null ? null : new OwnedTree(path, giveTo);
    }

    public string Path { get; }

    public static FolderLook Look(string path)
    {
        try
        {
            if (File.Exists(path)) return FolderLook.NotAFolder;
            foreach (string entry in Directory.EnumerateFileSystemEntries(path))
                if (System.IO.Path.GetFileName(entry) != "lost+found") return FolderLook.Occupied;
            return FolderLook.Empty;
        }
        catch (DirectoryNotFoundException)
        {
            return FolderLook.Missing;
        }
        catch (UnauthorizedAccessException)
        {
            return FolderLook.Occupied;
        }
    }

    /// <summary>Makes the folder and those above it, private to this user, where they are missing.</summary>
    public static OwnedFolder Make(string path) => Explained("make the folder", path, () =>
    {
        string full = Absolute(path);
        string there = full;
        while (!Directory.Exists(there) && System.IO.Path.GetDirectoryName(there) is { } above) there = above;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
        else Directory.CreateDirectory(full, FolderMode);
        // From the first that was there down to the last made: each name durable in the folder above it.
        for (string made = full; made.Length > there.Length; made = System.IO.Path.GetDirectoryName(made)!)
            DiskFiles.OfThisSystem().SyncFolder(System.IO.Path.GetDirectoryName(made)!);
        return For(full, forWriting: true);
    });

    /// <param name="path">A folder that exists.</param>
    /// <param name="forWriting">Refuses a folder that another user owns.</param>
    public static OwnedFolder Open(string path, bool forWriting) => For(Absolute(path), forWriting);

    /// <summary>A new folder for what is thrown away, private to this user.</summary>
    public static OwnedFolder Temporary() => new(Directory.CreateTempSubdirectory("coffer-").FullName, null);

    public string PathOf(string name) => $"{Path}/{name}";

    public bool Has(string name) => File.Exists(PathOf(name));

    public IReadOnlyList<string> Names() => Explained("list", Path, () =>
        Directory.EnumerateFileSystemEntries(Path).Select(e => System.IO.Path.GetFileName(e)).ToList());

    /// <summary>False where the folder was there.</summary>
    public bool MakeFolder(string name) => Explained("make the folder", PathOf(name), () =>
    {
        var files = DiskFilesOf();
        if (!files.MakeFolder(PathOf(name))) return false;
        files.SyncFolder(Path);
        return true;
    });

    /// <summary>An empty private file, so that whoever fills it inherits mode and owner.</summary>
    public void MakeFile(string name) => Explained("create", PathOf(name), () =>
    {
        using var file = DiskFilesOf().CreateLocked(PathOf(name));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, OwnerOnly);
        return true;
    });

    /// <summary>
    /// Asked before a library opens a file by its path. As root in another user's folder, a link or what is neither's
    /// is refused; anything else passes, a missing file too.
    /// </summary>
    /// <exception cref="FaultException"><c>store.owner</c>.</exception>
    public void RequirePlain(string name) => Explained("look at", PathOf(name), () =>
    {
        _tree?.RequirePlain(PathOf(name));
        return true;
    });

    /// <summary>
    /// Opens a file of work in hand, empty, whatever it held: for what may be torn or lost, and tells so itself.
    /// </summary>
    public Stream OpenWork(string name)
    {
        Remove(name);
        return Explained("write", PathOf(name), () =>
        {
            var files = DiskFilesOf();
            var file = files.CreateLocked(PathOf(name));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, OwnerOnly);
            return new BufferedStream(new WorkStream(files, file, PathOf(name)), WorkBuffer);
        });
    }

    /// <summary>A file of work to go on with; null where there is none.</summary>
    public SafeFileHandle? ReadWork(string name)
    {
        if (!Has(name)) return null;
        RequirePlain(name);
        return Explained("read", PathOf(name), () => File.OpenHandle(PathOf(name)));
    }

    /// <summary>Null where there is none.</summary>
    public byte[]? ReadSmall(string name)
    {
        string path = PathOf(name);
        if (!File.Exists(path)) return null;
        return Explained("read", path, () =>
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            long length = RandomAccess.GetLength(file);
            if (length > SmallBytes) throw new CorruptionException(path, $"at most {SmallBytes} bytes", $"{length}");
            var bytes = new byte[length];
            return RandomAccess.Read(file, bytes, 0) == length
                ? bytes
                : throw new CorruptionException(path, $"{length} bytes", "fewer");
        });
    }

    /// <summary>Writes a file that did not exist, durably: whole or not at all.</summary>
    public void WriteOnce(string name, ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        _ = Explained("write", PathOf(name), () =>
        {
            var files = DiskFilesOf();
            string unfinished = PathOf($"{name}.new");
            files.Remove(unfinished);
            using (var file = files.CreateLocked(unfinished))
            {
                files.Write(file, copy, 0);
                files.Sync(file);
            }
            Invariant.Holds(files.MoveNew(unfinished, PathOf(name)));
            files.SyncFolder(Path);
            return true;
        });
    }

    /// <summary>Gives a file of this folder another name in it, durably; nothing is ever replaced by it.</summary>
    /// <returns>False where there is no such file.</returns>
    public bool Rename(string name, string to)
    {
        if (!Has(name)) return false;
        return Explained("rename", PathOf(name), () =>
        {
            var files = DiskFilesOf();
            if (!files.MoveNew(PathOf(name), PathOf(to))) throw new IOException($"{PathOf(to)} is there already");
            files.SyncFolder(System.IO.Path.GetDirectoryName(PathOf(to))!);
            return true;
        });
    }

    /// <summary>Makes the names in a folder below this one, or with "" in this one, durable.</summary>
    public void Sync(string name) => Explained("sync", PathOf(name), () =>
    {
        DiskFilesOf().SyncFolder(name.Length == 0 ? Path : PathOf(name));
        return true;
    });

    public void Remove(string name) => Explained("remove", PathOf(name), () => DiskFilesOf().Remove(PathOf(name)));

    /// <summary>Removes this folder and all in it; for <see cref="Temporary"/> ones.</summary>
    public void RemoveAll() => Directory.Delete(Path, recursive: true);

    /// <summary>Copies a file to another folder; false where there is none.</summary>
    public bool CopyTo(string name, OwnedFolder target, string targetName)
    {
        if (!File.Exists(PathOf(name))) return false;
        return Explained("copy", PathOf(name), () =>
        {
            File.Copy(PathOf(name), target.PathOf(targetName), overwrite: true);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(target.PathOf(targetName), OwnerOnly);
            return true;
        });
    }

    /// <summary>True where this user may create files here.</summary>
    public bool IsWritable() => May(WriteAndSearch);

    /// <exception cref="FaultException"><c>store.owner</c>: this user may not look into it.</exception>
    public void RequireReadable()
    {
        if (May(ReadAndSearch)) return;
        FolderCalls.TryOwner(Path, out uint user, out _);
        throw StoreFaults.OtherOwner(Path, UserNames.Of(user));
    }

    /// <summary>Null where somebody else holds it.</summary>
    public FolderLease? TryLease(string name, string holder) =>
        Explained("lock", PathOf(name), () => FolderLease.TryTake(PathOf(name), holder, _tree));

    public string LeaseHolder(string name) => FolderLease.ReadHolder(PathOf(name));

    /// <summary>The store below this folder.</summary>
    public DiskStore OpenStore(string name, TimeProvider time)
    {
        DiskStore.RefuseNetwork(Path);
        return DiskStore.Open(PathOf(name), time, DiskFilesOf());
    }

    /// <summary>The same, writing nothing, not even what it needs for itself.</summary>
    public DiskStore OpenStoreForReading(string name, TimeProvider time) =>
        DiskStore.OpenForReading(PathOf(name), time);

    private static OwnedFolder For(string path, bool forWriting)
    {
        if (!OperatingSystem.IsLinux()) return new OwnedFolder(path, null);
        uint self = FolderCalls.EffectiveUser();
        if (!FolderCalls.TryOwner(path, out uint user, out uint group))
            throw Marshal.GetLastPInvokeError() == LinuxCalls.Eacces
                ? StoreFaults.Hidden(path) : StoreFaults.Lost($"open {path}");
        if (user == self || !forWriting) return new OwnedFolder(path, null);
        var owner = new FolderOwner(user, group, UserNames.Of(user));
        return self == 0 ? new OwnedFolder(path, owner) : throw StoreFaults.OtherOwner(path, owner.UserName);
    }

    private static string Absolute(string path) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    private bool May(int what) =>
        !OperatingSystem.IsLinux() || LinuxCalls.Access(LinuxCalls.AtCurrentFolder, Path, what, 0) == 0;

    private DiskFiles DiskFilesOf() => DiskFiles.OfThisSystem(_tree);

    private static T Explained<T>(string doing, string path, Func<T> act)
    {
        string text = $"{doing} {path}";
        try
        {
            return act();
        }
        catch (DiskException e)
        {
            throw Explain(e.Error, text, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(PortableFiles.Kind(e), text, e);
        }
    }

    internal static Exception Explain(StoreError error, string doing, Exception inner)
    {
        if (StoreFaults.Of(error, doing, inner) is { } fault) return fault;
        return new IOException($"could not {doing}: {inner.Message}", inner);
    }
}
