using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Walking;

/// <summary>
/// An open directory that stands for a volume: its mount point, or the root of a snapshot of it. Paths of walks are
/// relative to it.
/// </summary>
public sealed class VolumeRoot : IDisposable
{
    private int _descriptor;

    private VolumeRoot(int descriptor, in FileMetadata metadata, bool isBtrfs)
    {
        _descriptor = descriptor;
        Metadata = metadata;
        IsBtrfs = isBtrfs;
    }

    /// <summary>The root directory's own metadata.</summary>
    public FileMetadata Metadata { get; }

    internal int Descriptor => _descriptor;

    internal bool IsBtrfs { get; }

    /// <param name="path">Absolute path in bytes; symbolic links on the way are followed, the last one is not.</param>
    public static OsError Open(ReadOnlySpan<byte> path, out VolumeRoot? root) =>
        Open(Libc.AT_FDCWD, path, out root);

    /// <param name="path">From an open directory on.</param>
    internal static OsError Open(int directory, ReadOnlySpan<byte> path, out VolumeRoot? root)
    {
        root = null;
        int descriptor = Descriptors.Open(directory, path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW);
        if (descriptor < 0) return OsError.Last();
        OsError error = Statx.Of(descriptor, out FileMetadata metadata);
        if (error.IsError)
        {
            _ = Libc.close(descriptor);
            return error;
        }

        root = new VolumeRoot(descriptor, metadata, FileSystemMagic.Of(descriptor) == FileSystemMagic.Btrfs);
        return OsError.None;
    }

    public void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0) _ = Libc.close(descriptor);
    }
}
