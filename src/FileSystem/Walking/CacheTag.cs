using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Walking;

/// <summary>Marks a folder whose contents can be made anew (bford.info/cachedir).</summary>
public static class CacheTag
{
    internal static ReadOnlySpan<byte> Name => "CACHEDIR.TAG"u8;

    private static ReadOnlySpan<byte> Signature => "Signature: 8a477f597d28d172789f06886806bc55"u8;

    /// <summary>Whether a folder has one that is signed; false where it cannot be looked at.</summary>
    public static bool IsIn(ReadOnlySpan<byte> folder)
    {
        int descriptor = Descriptors.Open(Libc.AT_FDCWD, folder, Libc.O_PATH | Libc.O_DIRECTORY);
        if (descriptor < 0) return false;
        bool isIn = IsIn(descriptor);
        _ = Libc.close(descriptor);
        return isIn;
    }

    internal static bool IsIn(int folder)
    {
        int tag = Descriptors.Open(folder, Name, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK);
        if (tag < 0) return false;
        Span<byte> head = stackalloc byte[Signature.Length];
        OsError error = Descriptors.ReadAll(tag, 0, head, out int read);
        _ = Libc.close(tag);
        return !error.IsError && read == head.Length && head.SequenceEqual(Signature);
    }
}
