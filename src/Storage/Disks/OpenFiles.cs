using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Disks;

internal sealed class OpenFile(StoreName name, SafeFileHandle handle)
{
    public StoreName Name { get; } = name;

    public SafeFileHandle Handle { get; } = handle;

    public int Users { get; set; }

    /// <summary>No longer found by name: closes with its last user.</summary>
    public bool Retired { get; set; }
}

/// <summary>
/// The most recently read objects, kept open. A file in use is never closed under its reader, so more than
/// <see cref="Limits.OpenHandles"/> are open only while that many are in use.
/// </summary>
internal sealed class OpenFiles(DiskFiles files, DiskLayout layout) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StoreName, LinkedListNode<OpenFile>> _byName = [];
    private readonly LinkedList<OpenFile> _byUse = new();
    private long _forgotten;
    private bool _closed;

    /// <exception cref="MissingObjectException">There is no such file.</exception>
    public OpenFile Borrow(StoreName name)
    {
        long forgotten;
        lock (_lock)
        {
            forgotten = _forgotten;
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_byName.TryGetValue(name, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                node.Value.Users++;
                return node.Value;
            }
        }
        // Opened outside the lock: a slow disk must not hold up readers of files that are open.
        var handle = layout.Try(() => files.OpenRead(layout.Path(name)), "open", name.Value);
        if (handle is null)
        {
            layout.Absent(name);
            throw new MissingObjectException(name);
        }
        return Keep(new OpenFile(name, handle) { Users = 1 }, forgotten);
    }

    public void Return(OpenFile file)
    {
        lock (_lock)
        {
            file.Users--;
            CloseIfUnused(file);
        }
    }

    /// <summary>
    /// The name is about to go, or has just gone: later readers must look at the disk again, and who opened it since
    /// must be alone with it.
    /// </summary>
    public void Forget(StoreName name)
    {
        lock (_lock)
        {
            _forgotten++;
            if (_byName.TryGetValue(name, out var node)) Retire_NeedsLock(node);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            while (_byUse.Last is { } node) Retire_NeedsLock(node);
        }
    }

    /// <param name="forgotten">How many names had gone before it was opened.</param>
    private OpenFile Keep(OpenFile file, long forgotten)
    {
        lock (_lock)
        {
            // Two threads opened it at once, the store closed meanwhile, or a name went, this one perhaps, and may now
            // be that of another file: this one serves its borrower alone.
            if (_closed || forgotten != _forgotten || _byName.ContainsKey(file.Name))
            {
                file.Retired = true;
                return file;
            }
            _byName[file.Name] = _byUse.AddFirst(file);
            if (_byUse.Count > Limits.OpenHandles) Retire_NeedsLock(_byUse.Last!);
        }
        return file;
    }

    private void Retire_NeedsLock(LinkedListNode<OpenFile> node)
    {
        _byUse.Remove(node);
        _byName.Remove(node.Value.Name);
        node.Value.Retired = true;
        CloseIfUnused(node.Value);
    }

    private static void CloseIfUnused(OpenFile file)
    {
        if (file is { Retired: true, Users: 0 }) file.Handle.Dispose();
    }
}
