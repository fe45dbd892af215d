using Coffer.Domain;

namespace Coffer.FileSystem.Restoring;

/// <summary>
/// The gate that keeps a restore inside its target: a name is one component and nothing else. Anything different
/// in a listing is damage or an attack.
/// </summary>
internal static class EntryName
{
    /// <summary>Room on the stack for nearly every name and its closing NUL.</summary>
    public const int StackBytes = 264;

    /// <summary>The name with a NUL behind it, in the given space where it fits.</summary>
    public static Span<byte> Terminate(ReadOnlySpan<byte> name, Span<byte> space)
    {
        if (name.IsEmpty || name.ContainsAny((byte)'/', (byte)0) || name.SequenceEqual("."u8)
            || name.SequenceEqual(".."u8))
            throw new CorruptionException("restore", "a file name of one component", $"'{PathText.Render(name)}'");
        if (name.Length >= space.Length) space = new byte[name.Length + 1];
        name.CopyTo(space);
        space[name.Length] = 0;
        return space[..(name.Length + 1)];
    }
}
