using static Coffer.Format.Hashing.Blake3Constants;

namespace Coffer.Format.Hashing;

/// <summary>
/// BLAKE3 over data that comes in pieces. Reusable, keeps its key across <see cref="Reset"/>, allocates nothing after
/// its making. Not safe for use by two threads at once.
/// </summary>
public sealed class Blake3Hasher
{
    private Blake3State _state;

    public Blake3Hasher()
        : this(Iv, 0, Blake3Width.Widest)
    {
    }

    private Blake3Hasher(ReadOnlySpan<uint> key, uint flags, Blake3Width width) => _state.Begin(key, flags, width);

    /// <param name="key">Exactly 32 bytes; copied.</param>
    public static Blake3Hasher Keyed(ReadOnlySpan<byte> key) => Keyed(key, Blake3Width.Widest);

    /// <param name="context">Names the use; hard-coded, unique to the program, never a user's input.</param>
    public static Blake3Hasher DeriveKey(string context) => DeriveKey(context, Blake3Width.Widest);

    public void Update(ReadOnlySpan<byte> data) => _state.Update(data);

    /// <summary>Writes the hash of all since <see cref="Reset"/>, of any length; more may follow.</summary>
    public void Finish(Span<byte> output) => _state.Finish(output);

    /// <summary>Begins anew under the same key.</summary>
    public void Reset() => _state.Restart();

    internal static Blake3Hasher Plain(Blake3Width width) => new(Iv, 0, width);

    internal static Blake3Hasher Keyed(ReadOnlySpan<byte> key, Blake3Width width) =>
        new(Blake3.KeyWords(key), KeyedHash, width);

    internal static Blake3Hasher DeriveKey(string context, Blake3Width width)
    {
        Span<byte> key = stackalloc byte[KeySize];
        Blake3.ContextKey(context, key);
        return new(Blake3.KeyWords(key), DeriveKeyMaterial, width);
    }
}
