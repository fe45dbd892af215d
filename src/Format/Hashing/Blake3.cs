using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using static Coffer.Format.Hashing.Blake3Constants;

namespace Coffer.Format.Hashing;

/// <summary>
/// BLAKE3 in one call, without heap allocation. Outputs may have any length; 32 bytes are the usual one, and a
/// shorter output is the beginning of a longer one. Little-endian machines only.
/// Source: "BLAKE3: one function, fast everywhere", O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020.
/// </summary>
public static class Blake3
{
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> output) => Run(Iv, 0, data, output);

    /// <param name="key">Exactly 32 bytes.</param>
    public static void KeyedHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> output) =>
        Run(KeyWords(key), Blake3Constants.KeyedHash, data, output);

    /// <param name="context">Names the use; hard-coded, unique to the program, never a user's input.</param>
    /// <param name="material">Key material of any length.</param>
    public static void DeriveKey(string context, ReadOnlySpan<byte> material, Span<byte> output)
    {
        Span<byte> key = stackalloc byte[KeySize];
        ContextKey(context, key);
        Run(KeyWords(key), DeriveKeyMaterial, material, output);
    }

    /// <summary>The key that a context stands for in <see cref="DeriveKey"/>.</summary>
    internal static void ContextKey(string context, Span<byte> key)
    {
        ArgumentNullException.ThrowIfNull(context);
        int size = Encoding.UTF8.GetByteCount(context);
        byte[]? rented = size > 256 ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> bytes = rented ?? stackalloc byte[256];
        size = Encoding.UTF8.GetBytes(context, bytes);
        Run(Iv, DeriveKeyContext, bytes[..size], key);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    internal static ReadOnlySpan<uint> KeyWords(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize) throw new ArgumentException($"a key has 32 bytes, not {key.Length}", nameof(key));
        return MemoryMarshal.Cast<byte, uint>(key);
    }

    [SkipLocalsInit]
    private static void Run(ReadOnlySpan<uint> key, uint flags, ReadOnlySpan<byte> data, Span<byte> output)
    {
        Unsafe.SkipInit(out Blake3State state);
        state.Begin(key, flags);
        state.Update(data);
        state.Finish(output);
    }
}
