using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.Sealing;

/// <summary>
/// XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM under a key made for each message, so that 192-bit nonces may be
/// drawn at random without counting messages. Not safe for concurrent use: one instance a worker.
/// </summary>
/// <remarks>
/// The message key is two AES-CMACs of one block each, under the long-term key, of a counter and the first half of the
/// nonce; the second half is the nonce of AES-256-GCM. CMAC's own sub-key does not depend on the message and is kept.
/// </remarks>
public sealed class XAes256Gcm : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 24;

    /// <summary>Bytes by which sealing lengthens a message.</summary>
    public const int TagSize = 16;

    private const int BlockSize = 16;

    /// <summary>Bytes of the nonce that go into the message key; the rest is AES-256-GCM's nonce.</summary>
    private const int DerivingNonceSize = 12;

    /// <summary>SP 800-108's label, fixed by the specification: the letter X.</summary>
    private const byte Label = 0x58;

    /// <summary>x^128 = x^7 + x^2 + x + 1 in CMAC's field (SP 800-38B, 5.3).</summary>
    private const byte Reduction = 0b1000_0111;

    private readonly Aes _block;
    private readonly byte[] _k1 = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

    /// <param name="key"><see cref="KeySize"/> bytes; the caller keeps and zeroes its own copy.</param>
    public XAes256Gcm(ReadOnlySpan<byte> key)
    {
        Invariant.Holds(key.Length == KeySize);
        _block = Aes.Create();
        _block.SetKey(key);
        MakeK1();
    }

    /// <summary>Seals <paramref name="plain"/> into <paramref name="cipherAndTag"/>: another place, or the very
    /// same, never one that overlaps in part.</summary>
    /// <param name="nonce">24 bytes, never used twice with this key; random ones need no counting.</param>
    /// <param name="plain">The message, possibly empty.</param>
    /// <param name="cipherAndTag">Exactly <see cref="TagSize"/> bytes longer than the message; the tag is last.</param>
    /// <param name="associated">Bytes that are authenticated with the message and not stored with it.</param>
    public void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipherAndTag, ReadOnlySpan<byte> associated)
    {
        Invariant.Holds(nonce.Length == NonceSize && cipherAndTag.Length == plain.Length + TagSize);
        using var cipher = ForMessage(nonce);
        cipher.Encrypt(
            nonce[DerivingNonceSize..], plain, cipherAndTag[..plain.Length], cipherAndTag[plain.Length..], associated);
    }

    /// <summary>Opens what <see cref="Seal"/> made; else false, and <paramref name="plain"/> is zeroed.</summary>
    /// <param name="nonce">The 24 bytes it was sealed with.</param>
    /// <param name="cipherAndTag">Ciphertext and tag.</param>
    /// <param name="plain">Exactly <see cref="TagSize"/> bytes shorter than <paramref name="cipherAndTag"/>.</param>
    /// <param name="associated">The bytes it was sealed with.</param>
    public bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipherAndTag, Span<byte> plain, ReadOnlySpan<byte> associated)
    {
        // Lengths come from stored headers; a caller that slices by them may hand over a body shorter than a tag.
        if (cipherAndTag.Length < TagSize) return false;
        Invariant.Holds(nonce.Length == NonceSize && cipherAndTag.Length == plain.Length + TagSize);
        using var cipher = ForMessage(nonce);
        try
        {
            cipher.Decrypt(
                nonce[DerivingNonceSize..], cipherAndTag[..plain.Length], cipherAndTag[plain.Length..],
                plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _block.Dispose();
        CryptographicOperations.ZeroMemory(_k1);
    }

    /// <summary>K1 of SP 800-38B, 6.1: the encrypted zero block, doubled.</summary>
    private void MakeK1()
    {
        Span<byte> zero = stackalloc byte[BlockSize];
        zero.Clear();
        _ = _block.EncryptEcb(zero, _k1, PaddingMode.None);
        int carry = 0;
        for (int i = BlockSize - 1; i >= 0; i--)
        {
            int doubled = (_k1[i] << 1) | carry;
            carry = doubled >> 8;
            _k1[i] = (byte)doubled;
        }

        // The reduction without a branch on a secret bit.
        _k1[^1] ^= (byte)(-carry & Reduction);
    }

    private AesGcm ForMessage(ReadOnlySpan<byte> nonce)
    {
        Span<byte> blocks = stackalloc byte[2 * BlockSize];
        Span<byte> key = stackalloc byte[KeySize];
        WriteBlock(blocks[..BlockSize], counter: 1, nonce);
        WriteBlock(blocks[BlockSize..], counter: 2, nonce);
        try
        {
            // CMAC of a single whole block is one encryption, so both halves of the key are one ECB call.
            _ = _block.EncryptEcb(blocks, key, PaddingMode.None);
            return new AesGcm(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private void WriteBlock(Span<byte> block, byte counter, ReadOnlySpan<byte> nonce)
    {
        block[0] = 0;
        block[1] = counter;
        block[2] = Label;
        block[3] = 0;
        nonce[..DerivingNonceSize].CopyTo(block[4..]);
        for (int i = 0; i < BlockSize; i++) block[i] ^= _k1[i];
    }
}
