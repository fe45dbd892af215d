namespace Coffer.FileSystem.Linux;

/// <summary>Targets of symbolic links, of any length.</summary>
internal static unsafe class Links
{
    public static OsError Read(int directory, byte* name, out byte[] target)
    {
        target = [];
        byte* small = stackalloc byte[512];
        nint length = Libc.readlinkat(directory, name, small, 512);
        if (length < 0) return OsError.Last();
        if (length < 512)
        {
            target = new ReadOnlySpan<byte>(small, (int)length).ToArray();
            return OsError.None;
        }

        // readlinkat cuts silently: a full buffer may be a cut target.
        for (int size = 8 << 10; size <= Limits.LinkTargetBytes; size *= 4)
        {
            var large = new byte[size];
            fixed (byte* pointer = large) length = Libc.readlinkat(directory, name, pointer, (nuint)size);
            if (length < 0) return OsError.Last();
            if (length == size) continue;
            target = large.AsSpan(0, (int)length).ToArray();
            return OsError.None;
        }

        return OsError.FromErrno(Errno.ENAMETOOLONG);
    }
}
