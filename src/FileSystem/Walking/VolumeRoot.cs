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
    public static OsError Open(ReadOnlySpan<byte> path, out VolumeRoot? root)
    {
        int descriptor = Descriptors.Open(Libc.AT_FDCWD, path, DirectoryFlags);
        return Of(descriptor, out root);
    }

    /// <summary>No symbolic link is followed.</summary>
    /// <param name="top">An open directory; stays open.</param>
    /// <param name="path">Names below it, with slashes between them and perhaps before; of none it is the top.</param>
    internal static OsError OpenBelow(int top, ReadOnlySpan<byte> path, out VolumeRoot? root)
    {
        root = null;
        int descriptor = Descriptors.Open(top, "."u8, DirectoryFlags);
        if (descriptor < 0) return OsError.Last();
        foreach (Range range in path.Split((byte)'/'))
        {
            if (path[range].IsEmpty) continue;
            int parent = descriptor;
            descriptor = Descriptors.Open(parent, path[range], DirectoryFlags);
            OsError error = descriptor < 0 ? OsError.Last() : OsError.None;
            _ = Libc.close(parent);
            if (error.IsError) return error;
        }

        return Of(descriptor, out root);
    }

    private static int DirectoryFlags => Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;

    private static OsError Of(int descriptor, out VolumeRoot? root)
    {
        root = null;
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
