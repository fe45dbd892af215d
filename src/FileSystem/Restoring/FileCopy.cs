using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Restoring;

/// <summary>
/// Gives an empty file the bytes of another: by sharing them all (btrfs, xfs, ZFS within one file system), else extent
/// by extent within the kernel, else through memory. Which of them works, the first that does tells.
/// </summary>
internal readonly unsafe ref struct FileCopy(SourceFile source, int target, CancellationToken cancellationToken)
{
    private const uint CloneFile = 0x4004_9409; // FICLONE

    /// <summary>So much at once, that who cancels need not wait.</summary>
    private const int StepBytes = 64 << 20;

    private const int BufferBytes = 1 << 20;

    /// <param name="unread">Set where it is the source that could not be read.</param>
    /// <param name="writtenEnd">How far the target reaches; what lies behind is a hole.</param>
    public OsError Run(long size, out OsError unread, out long writtenEnd)
    {
        unread = OsError.None;
        writtenEnd = size;
        if (size == 0 || Libc.ioctl(target, CloneFile, (void*)(nint)source.Descriptor) == 0) return OsError.None;
        OsError error = OsError.Last();
        if (error.Cause is OsCause.NoSpace or OsCause.QuotaExceeded) return error;
        writtenEnd = 0;
        for (long at = 0; source.TryNextData(at, size, out long start, out long end); at = end)
        {
            error = CopyExtent(start, end, out unread);
            if (error.IsError || unread.IsError) return error;
            writtenEnd = end;
        }

        return OsError.None;
    }

    private OsError CopyExtent(long start, long end, out OsError unread)
    {
        while (start < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long from = start, to = start;
            nint copied = Libc.copy_file_range(
                source.Descriptor, &from, target, &to, (nuint)Math.Min(end - start, StepBytes), 0);
            // What it cannot do, and an error of whichever side, the plain way tells apart.
            if (copied <= 0) return CopyThroughMemory(start, end, out unread);
            start += copied;
        }

        unread = OsError.None;
        return OsError.None;
    }

    private OsError CopyThroughMemory(long start, long end, out OsError unread)
    {
        unread = OsError.None;
        var buffer = new byte[(int)Math.Min(BufferBytes, end - start)];
        while (start < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start));
            unread = source.Read(start, part, out int read);
            if (!unread.IsError && read == 0) unread = OsError.Replaced;
            if (unread.IsError) return OsError.None;
            OsError error = Descriptors.WriteAll(target, start, part[..read]);
            if (error.IsError) return error;
            start += read;
        }

        return OsError.None;
    }
}
