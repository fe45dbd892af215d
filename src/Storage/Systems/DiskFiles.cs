using Coffer.Storage.Folders;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Systems;

/// <summary>
/// The few things that a disk store asks of an operating system. Failures are <see cref="DiskException"/>; a null or
/// false answer only ever means that the file is not there.
/// </summary>
internal abstract class DiskFiles
{
    /// <summary>A file that did not exist, open for writing, locked for as long as the handle lives.</summary>
    public abstract SafeFileHandle CreateLocked(string path);

    public abstract SafeFileHandle? OpenRead(string path);

    public abstract void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Reads until the span is full or the file ends.</summary>
    public abstract int Read(SafeFileHandle file, long offset, Span<byte> target);

    public abstract long Length(SafeFileHandle file);

    public abstract bool Exists(string path);

    public abstract void Sync(SafeFileHandle file);

    /// <summary>Makes names created in or removed from a folder survive a loss of power.</summary>
    public abstract void SyncFolder(string path);

    /// <summary>False when the folder was there.</summary>
    public abstract bool MakeFolder(string path);

    /// <summary>Renames without replacing; false when the name was taken, and then the source is still there.</summary>
    public abstract bool MoveNew(string from, string to);

    public abstract bool Remove(string path);

    /// <summary>Removes a file unless somebody holds its lock; true when it is gone.</summary>
    /// <param name="orUnlockable">Also where the file system has no locks to ask.</param>
    public abstract bool RemoveUnlocked(string path, bool orUnlockable);

    /// <summary>
    /// Puts a disk that is watched, or that fails on purpose, before the real one: for all that the setting flow of
    /// control opens from then on. For tests; null otherwise.
    /// </summary>
    internal static AsyncLocal<Func<DiskFiles, DiskFiles>?> Before { get; } = new();

    /// <param name="tree">Another user's, where root works in one; null otherwise.</param>
    public static DiskFiles OfThisSystem(OwnedTree? tree = null)
    {
        DiskFiles files = OperatingSystem.IsLinux() ? new LinuxFiles(tree: tree) : new PortableFiles();
        return Before.Value is { } before ? before(files) : files;
    }
}

internal sealed class DiskException(StoreError error, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public StoreError Error { get; } = error;
}
