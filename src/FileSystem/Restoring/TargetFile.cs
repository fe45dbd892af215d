using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Restoring;

/// <summary>
/// A regular file being restored. What is not written stays a hole. Disposing without <see cref="Finish"/> removes it.
/// </summary>
public sealed unsafe class TargetFile : IDisposable
{
    private readonly TargetFolder _folder;
    private readonly byte[] _name;
    private readonly byte[]? _finalName;
    private readonly bool _hasFinalMode;
    private int _descriptor;
    private bool _isFinished;
    private long _writtenEnd;
    private int _isReleased;

    private TargetFile(TargetFolder folder, byte[] name, byte[]? finalName, int descriptor, bool hasFinalMode)
    {
        _folder = folder;
        _name = name;
        _finalName = finalName;
        _descriptor = descriptor;
        _hasFinalMode = hasFinalMode;
    }

    /// <summary>Several threads may write at different offsets.</summary>
    public OsError Write(long offset, ReadOnlySpan<byte> bytes)
    {
        OsError error = Descriptors.WriteAll(_descriptor, offset, bytes);
        long end = offset + bytes.Length, known;
        while (!error.IsError && end > (known = Volatile.Read(ref _writtenEnd)))
            if (Interlocked.CompareExchange(ref _writtenEnd, end, known) == known) break;
        return error;
    }

    /// <summary>
    /// All bytes of another file: shared with it where the file system can, else copied; holes stay holes.
    /// </summary>
    /// <param name="unread">Set where it is the other file that could not be read.</param>
    public OsError CopyFrom(SourceFile source, long size, out OsError unread, CancellationToken cancellationToken) =>
        new FileCopy(source, _descriptor, cancellationToken).Run(size, out unread, out _writtenEnd);

    /// <summary>Reads back, for checks while restoring.</summary>
    public OsError Stat(out FileMetadata metadata) => Statx.Of(_descriptor, out metadata);

    /// <summary>
    /// Data is complete: sets size, owner, mode, attributes, times, takes the final name, then sets inode flags; in
    /// this order, because each would undo or forbid one before. An error means that the file cannot be counted as
    /// restored.
    /// </summary>
    public OsError Finish(in WantedMetadata wanted, ICollection<Shortfall> shortfalls)
    {
        Invariant.Holds(!_isFinished && _descriptor >= 0);
        if (wanted.Basic.Size != _writtenEnd && Libc.ftruncate(_descriptor, wanted.Basic.Size) != 0)
            return OsError.Last();
        var applier = new MetadataApplier(_folder.Target, _descriptor, shortfalls);
        applier.ApplyToFile(in wanted, _folder, _hasFinalMode);
        OsError error = _finalName is null ? OsError.None : TakeFinalName();
        if (error.IsError) return error;
        applier.ApplyInodeFlags(in wanted);
        _isFinished = true;
        int descriptor = _descriptor;
        _descriptor = -1;
        // Network file systems and quotas may report a failed write only now.
        return Libc.close(descriptor) == 0 ? OsError.None : OsError.Last();
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            if (!_isFinished) _ = _folder.Remove(_name);
            _ = Libc.close(_descriptor);
            _descriptor = -1;
        }

        if (Interlocked.Exchange(ref _isReleased, 1) == 0) _folder.Release();
    }

    internal static OsError Create(
        TargetFolder folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> finalName,
        in WantedMetadata wanted, out TargetFile? file)
    {
        file = null;
        bool isFinal = MayCreateWithFinalMode(folder, in wanted, out uint mode);
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = folder.Target.Hold(folder, out int parent);
            if (error.IsError) return error;
            const int flags = Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC;
            int descriptor = Libc.openat(parent, path, flags | Libc.O_NOFOLLOW, mode);
            if (descriptor < 0) error = OsError.Last();
            folder.Target.GiveBack(folder);
            if (error.IsError) return error;
            // These take effect only on an empty file; whether they stuck is told at the end.
            const InodeFlags early = InodeFlags.NoCopyOnWrite | InodeFlags.Compress | InodeFlags.NoCompress;
            bool hasFlags = (folder.Target.Aspects & RestoreAspects.InodeFlags) != 0;
            if (hasFlags && (wanted.InodeFlags & early) != 0)
                _ = InodeAttributes.WriteFlags(descriptor, wanted.InodeFlags & early);
            folder.AddReference();
            byte[]? later = finalName.IsEmpty ? null : finalName.ToArray();
            file = new TargetFile(folder, name.ToArray(), later, descriptor, isFinal);
            return OsError.None;
        }
    }

    /// <summary>
    /// The one shortcut of the order above: where owner and access cannot differ from what creation gives, the file
    /// is made with its mode at once, which spares a call per file.
    /// </summary>
    private static bool MayCreateWithFinalMode(TargetFolder folder, in WantedMetadata wanted, out uint mode)
    {
        RestoreAspects aspects = folder.Target.Aspects;
        if ((aspects & RestoreAspects.Mode) == 0)
        {
            mode = 0x1b6;
            return true;
        }

        bool isSafe = folder.HonoursModes && (wanted.Basic.Mode & (0xe00 | folder.Target.Umask)) == 0
            && ((aspects & RestoreAspects.Owner) == 0
                || (wanted.Basic.Uid == folder.Found.Uid && wanted.Basic.Gid == folder.Found.Gid))
            && !wanted.HasAccessList;
        mode = isSafe ? wanted.Basic.Mode : 0x180;
        return isSafe;
    }

    private OsError TakeFinalName()
    {
        fixed (byte* from = EntryName.Terminate(_name, stackalloc byte[EntryName.StackBytes]))
        fixed (byte* to = EntryName.Terminate(_finalName, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = _folder.Target.Hold(_folder, out int folder);
            if (error.IsError) return error;
            if (Libc.renameat(folder, from, folder, to) != 0) error = OsError.Last();
            _folder.Target.GiveBack(_folder);
            return error;
        }
    }
}
