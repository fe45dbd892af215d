using System.Text;

namespace Coffer.FileSystem.Linux;

/// <summary>Small steps on descriptors that several parts of the room share.</summary>
internal static unsafe class Descriptors
{
    /// <summary>
    /// Opens by a text path of our own making (never a name met in a walk); −1 on error, see the last error.
    /// </summary>
    public static int Open(int directory, string path, int flags, uint mode = 0)
    {
        fixed (byte* bytes = Terminated(path)) return Libc.openat(directory, bytes, flags | Libc.O_CLOEXEC, mode);
    }

    public static int Open(int directory, ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        fixed (byte* bytes = Terminated(path)) return Libc.openat(directory, bytes, flags | Libc.O_CLOEXEC, mode);
    }

    public static void Unlink(string path)
    {
        fixed (byte* bytes = Terminated(path)) _ = Libc.unlinkat(Libc.AT_FDCWD, bytes, 0);
    }

    /// <summary>Fills the target from an offset; fewer bytes only at the end of the file.</summary>
    public static OsError ReadAll(int descriptor, long offset, Span<byte> target, out int read)
    {
        read = 0;
        fixed (byte* bytes = target)
        {
            while (read < target.Length)
            {
                nint got = Libc.pread(descriptor, bytes + read, (nuint)(target.Length - read), offset + read);
                if (got == 0) break;
                if (got > 0)
                {
                    read += (int)got;
                    continue;
                }

                OsError error = OsError.Last();
                if (error.Code != Errno.EINTR) return error;
            }
        }

        return OsError.None;
    }

    public static OsError WriteAll(int descriptor, long offset, ReadOnlySpan<byte> source)
    {
        int written = 0;
        fixed (byte* bytes = source)
        {
            while (written < source.Length)
            {
                nint put = Libc.pwrite(descriptor, bytes + written, (nuint)(source.Length - written), offset + written);
                if (put >= 0)
                {
                    written += (int)put;
                    continue;
                }

                OsError error = OsError.Last();
                if (error.Code != Errno.EINTR) return error;
            }
        }

        return OsError.None;
    }

    /// <summary>A whole small file, such as the kernel's texts, whose size is not known before.</summary>
    public static OsError ReadFile(string path, int limitBytes, out byte[] content)
    {
        content = [];
        int file = Open(Libc.AT_FDCWD, path, Libc.O_RDONLY);
        if (file < 0) return OsError.Last();
        try
        {
            var buffer = new byte[4096];
            int length = 0;
            while (true)
            {
                OsError error = ReadAll(file, length, buffer.AsSpan(length), out int read);
                if (error.IsError) return error;
                length += read;
                if (length < buffer.Length) break;
                if (length >= limitBytes) return OsError.FromErrno(Errno.EFBIG);
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limitBytes));
            }

            content = buffer.AsSpan(0, length).ToArray();
            return OsError.None;
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    public static byte[] Terminated(string path) => Terminated(Encoding.UTF8.GetBytes(path));

    /// <summary>A copy that ends in NUL; a NUL within would silently cut the path.</summary>
    public static byte[] Terminated(ReadOnlySpan<byte> path)
    {
        if (path.Contains((byte)0)) throw new ArgumentException("a path holds a NUL byte", nameof(path));
        var bytes = new byte[path.Length + 1];
        path.CopyTo(bytes);
        return bytes;
    }
}
