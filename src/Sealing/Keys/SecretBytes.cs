using System.Security.Cryptography;

namespace Coffer.Sealing.Keys;

/// <summary>A secret in an array that the garbage collector never moves or copies, zeroed on dispose.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    /// <summary>Zero bytes, to be filled through <see cref="Span"/>.</summary>
    public SecretBytes(int size) => _bytes = GC.AllocateArray<byte>(size, pinned: true);

    /// <summary>A copy; the caller zeroes its own.</summary>
    public SecretBytes(ReadOnlySpan<byte> secret)
        : this(secret.Length) => secret.CopyTo(_bytes);

    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Fresh random bytes.</summary>
    public static SecretBytes Random(int size)
    {
        var secret = new SecretBytes(size);
        RandomNumberGenerator.Fill(secret._bytes);
        return secret;
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>Never the bytes.</summary>
    public override string ToString() => $"{_bytes.Length} secret bytes";
}
