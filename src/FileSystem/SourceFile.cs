using System.Runtime.InteropServices;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem;

/// <summary>
/// A regular file opened for reading, without following links and without touching its access time where that is
/// allowed. Not tied to the walk that opened it: any one thread at a time may use it.
/// </summary>
public sealed unsafe class SourceFile : IDisposable
{
    private int _descriptor;

    private SourceFile(int descriptor) => _descriptor = descriptor;

    internal int Descriptor => _descriptor;

    /// <summary>Bytes from an offset, as many as the target holds; fewer (or 0) only at the end of the file.</summary>
    public OsError Read(long offset, Span<byte> target, out int read) =>
        Descriptors.ReadAll(_descriptor, offset, target, out read);

    /// <summary>
    /// The file's metadata as of now: compare with that of the walk to see whether it changed meanwhile.
    /// </summary>
    public OsError Stat(out FileMetadata metadata) => Statx.Of(_descriptor, out metadata);

    /// <summary>
    /// The first extent with data at or after an offset; false when only a hole is left. File systems without
    /// SEEK_DATA tell one extent that spans the file.
    /// </summary>
    /// <param name="size">Size in bytes as known to the caller; the extent never passes it.</param>
    public bool TryNextData(long from, long size, out long start, out long end)
    {
        start = from;
        end = size;
        if (from >= size) return false;
        long data = Libc.lseek(_descriptor, from, Libc.SEEK_DATA);
        if (data < 0) return Marshal.GetLastPInvokeError() != Errno.ENXIO;
        if (data >= size) return false;
        long hole = Libc.lseek(_descriptor, data, Libc.SEEK_HOLE);
        start = data;
        end = hole < 0 ? size : Math.Min(hole, size);
        return end > start;
    }

    public OsError ReadXattrs(XattrSet xattrs) => Xattrs.ReadOpen(_descriptor, xattrs);

    public void ReadInodeFlags(out InodeFlags flags, out uint projectId) =>
        InodeAttributes.Read(_descriptor, out flags, out projectId);

    /// <summary>
    /// Whether some process has the file open for writing; null where it cannot be told (another user's file
    /// without privilege, file systems without leases). Three calls: for files that changed lately.
    /// </summary>
    public bool? IsOpenForWriting()
    {
        const int setSignal = 10, setLease = 1024, readLease = 0, unlock = 2, ignoredByDefault = 23;
        // A writer that comes while the lease is held has us signalled; the default, SIGIO, would end the process.
        if (Libc.fcntl(_descriptor, setSignal, ignoredByDefault) != 0) return null;
        if (Libc.fcntl(_descriptor, setLease, readLease) != 0)
            return Marshal.GetLastPInvokeError() == Errno.EAGAIN ? true : null;
        _ = Libc.fcntl(_descriptor, setLease, unlock);
        return false;
    }

    public void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0) _ = Libc.close(descriptor);
    }

    /// <summary>Opens a name below a directory when it is still the regular file that was looked at.</summary>
    internal static OsError Open(int directory, byte* name, in FileMetadata expected, out SourceFile? file)
    {
        file = null;
        // Non-blocking, so that a FIFO put in its place cannot hang the walk before the check below.
        int flags = Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_CLOEXEC;
        int descriptor = OpenQuietly(directory, name, flags, expected.Uid);
        if (descriptor < 0) return OsError.Last();
        OsError error = Statx.Of(descriptor, out FileMetadata found);
        if (!error.IsError && !found.IsSameFileAs(expected) && !IsSameOnOverlay(found, expected))
            error = OsError.Replaced;
        if (error.IsError)
        {
            _ = Libc.close(descriptor);
            return error;
        }

        file = new SourceFile(descriptor);
        return OsError.None;
    }

    /// <summary>
    /// Without touching the access time where we may: only the owner and root are allowed to ask for that.
    /// </summary>
    internal static int OpenQuietly(int directory, byte* name, int flags, uint owner)
    {
        if (Account.IsRoot || owner == Account.EffectiveUid)
        {
            int descriptor = Libc.openat(directory, name, flags | Libc.O_NOATIME, 0);
            if (descriptor >= 0 || Marshal.GetLastPInvokeError() != Errno.EPERM) return descriptor;
        }

        return Libc.openat(directory, name, flags, 0);
    }

    // Overlay file systems may show another device number for the same file once it is open.
    private static bool IsSameOnOverlay(in FileMetadata found, in FileMetadata expected) =>
        found.Type == EntryType.File && found.Inode == expected.Inode && found.Changed == expected.Changed;
}
