using System.Globalization;
using Coffer.Domain;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Disks;

/// <summary>
/// Objects as files under one folder, a commit in five steps of which none may move:
/// 1. write to a file of its own in tmp/, locked while its writer lives;
/// 2. sync the file; once that fails the write is lost, as the kernel then calls unwritten pages clean;
/// 3. make the name's folders, each synced into its parent;
/// 4. rename without replacing;
/// 5. sync the folder. Until then nobody, not even who finds the name taken, is told that the object is there.
/// </summary>
public sealed class DiskStore : IObjectStore
{
    private readonly DiskFiles _files;
    private readonly DiskLayout _layout;
    private readonly TimeProvider _time;
    private readonly OpenFiles _open;
    private readonly string _writer = Id128.Random().ToString();
    private long _writes;

    private DiskStore(string root, TimeProvider time, DiskFiles files)
    {
        _files = files;
        _time = time;
        _layout = new DiskLayout(root, files);
        _open = new OpenFiles(files, _layout);
    }

    /// <summary>Opens the store in a folder that exists; makes what it needs inside.</summary>
    /// <param name="root">An absolute path.</param>
    /// <param name="time">Tells the age of leftovers.</param>
    /// <param name="leaseHeld">
    /// The caller holds a lease that shuts out writers of other hosts. Without it a network file system is refused,
    /// as the locks of this class are only known to this machine.
    /// </param>
    public static DiskStore Open(string root, TimeProvider time, bool leaseHeld = false)
    {
        if (!leaseHeld) RefuseNetwork(root);
        return Open(root, time, DiskFiles.OfThisSystem());
    }

    /// <summary>Opens a store that may not be written: makes nothing, and every write fails.</summary>
    public static DiskStore OpenForReading(string root, TimeProvider time)
    {
        var store = new DiskStore(root, time, DiskFiles.OfThisSystem());
        store._layout.IsForReading = true;
        return store;
    }

    /// <summary>Locks of this machine's kernel mean nothing to another machine that writes there too.</summary>
    internal static void RefuseNetwork(string root)
    {
        if (new DriveInfo(root) is { DriveType: DriveType.Network } drive)
            throw StoreFaults.Network(root, drive.DriveFormat);
    }

    internal static DiskStore Open(string root, TimeProvider time, DiskFiles files)
    {
        var store = new DiskStore(root, time, files);
        store._layout.MakeUnfinished();
        return store;
    }

    public IStoreWrite Create()
    {
        string path = _layout.UnfinishedPath(
            string.Create(CultureInfo.InvariantCulture, $"{_writer}-{Interlocked.Increment(ref _writes)}"));
        var file = _layout.Try(() => _files.CreateLocked(path), "create a file in", StoreName.Unfinished);
        return new DiskWrite(_files, _layout, path, file);
    }

    public int Read(StoreName name, long offset, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var file = _open.Borrow(name);
        try
        {
            return _files.Read(file.Handle, offset, target);
        }
        catch (DiskException e)
        {
            throw _layout.Explain(e, "read", name.Value);
        }
        finally
        {
            _open.Return(file);
        }
    }

    public IStoreRead Open(StoreName name)
    {
        var file = _open.Borrow(name);
        try
        {
            return new DiskRead(_files, _layout, _open, file);
        }
        catch
        {
            _open.Return(file);
            throw;
        }
    }

    public bool Exists(StoreName name) =>
        _layout.Try(() => _files.Exists(_layout.Path(name)), "look for", name.Value) || _layout.Absent(name);

    public long? Length(StoreName name) => _layout.Try(
        () =>
        {
            using var file = _files.OpenRead(_layout.Path(name));
            return file is null ? Missing(name) : _files.Length(file);
        },
        "measure",
        name.Value);

    public IEnumerable<StoreEntry> List(StoreName? folder = null) => new DiskListing(_layout).Below(folder);

    public bool Delete(StoreName name)
    {
        _open.Forget(name);
        string path = _layout.Path(name);
        lock (_layout.LockOf(name))
        {
            bool removed = _layout.Try(() => _files.Remove(path), "delete", name.Value);
            _open.Forget(name); // once more: a reader may have opened it in between, and would keep what is gone
            // Also where it was gone already: whoever removed it may have died before this step.
            if (removed || !_layout.Absent(name) && Directory.Exists(DiskLayout.FolderOf(path)))
                _layout.Try(() => _files.SyncFolder(DiskLayout.FolderOf(path)), "sync the folder of", name.Value);
            return removed;
        }
    }

    public StoreSpace Space()
    {
        try
        {
            var drive = new DriveInfo(_layout.Root);
            return new StoreSpace(drive.TotalSize, drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _layout.Explain(PortableFiles.Wrapped(e, ""), "ask for the free space of", _layout.Root);
        }
    }

    public int RemoveLeftovers()
    {
        int removed = 0;
        var now = _time.GetUtcNow();
        foreach (var file in new DirectoryInfo(_layout.UnfinishedPath("")).EnumerateFiles())
        {
            // A clock that was set back makes young files look like coming ones; those are as dead as old ones.
            var age = (now - new DateTimeOffset(file.LastWriteTimeUtc)).Duration();
            if (age >= Limits.LeftoverAge && RemoveLeftover(file.FullName, age)) removed++;
        }
        return removed;
    }

    public void Dispose() => _open.Dispose();

    private bool RemoveLeftover(string path, TimeSpan age)
    {
        try
        {
            return _files.RemoveUnlocked(path, orUnlockable: age >= Limits.UnlockableLeftoverAge);
        }
        catch (DiskException e) when (e.Error == StoreError.Denied)
        {
            return false; // another user's: only the owner can tell whether its writer lives
        }
        catch (DiskException e)
        {
            throw _layout.Explain(e, "remove a leftover in", StoreName.Unfinished);
        }
    }

    private long? Missing(StoreName name)
    {
        _layout.Absent(name);
        return null;
    }
}
