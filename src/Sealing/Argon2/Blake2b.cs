using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.Sealing.Argon2;

/// <summary>BLAKE2b without a key (RFC 7693), as Argon2 needs it: any digest of 1 to 64 bytes, fed in pieces.</summary>
internal ref struct Blake2b
{
    /// <summary>Longest digest, in bytes.</summary>
    public const int MaximumDigestSize = 64;

    private const int BlockSize = 128;
    private const int Rounds = 12;

    private readonly Span<ulong> _state;
    private readonly Span<byte> _block;
    private readonly int _digestSize;
    private int _filled;
    private ulong _length;

    /// <param name="workspace"><see cref="WorkspaceSize"/> bytes, zeroed by <see cref="Finish"/>.</param>
    /// <param name="digestSize">Bytes wanted; part of the hash.</param>
    public Blake2b(Span<byte> workspace, int digestSize)
    {
        Invariant.Holds(workspace.Length == WorkspaceSize && digestSize is > 0 and <= MaximumDigestSize);
        _state = MemoryMarshal.Cast<byte, ulong>(workspace[..MaximumDigestSize]);
        _block = workspace[MaximumDigestSize..];
        _digestSize = digestSize;
        Initial.CopyTo(_state);

        // Parameter block: digest length, no key, fanout 1, depth 1 (RFC 7693, 2.5).
        _state[0] ^= 0x01010000UL ^ (ulong)digestSize;
    }

    /// <summary>Bytes of workspace.</summary>
    public static int WorkspaceSize => MaximumDigestSize + BlockSize;

    private static ReadOnlySpan<ulong> Initial =>
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

    /// <summary>RFC 7693, 2.7; rounds 10 and 11 begin again at the first row.</summary>
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    /// <summary>One message, one digest of <paramref name="digest"/>'s length.</summary>
    public static void Hash(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        var hash = new Blake2b(stackalloc byte[WorkspaceSize], digest.Length);
        hash.Update(message);
        hash.Finish(digest);
    }

    public void Update(scoped ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0)
        {
            // A full block waits until more comes: the last one is compressed with the final flag.
            if (_filled == BlockSize) CompressBlock(last: false);
            int taken = Math.Min(piece.Length, BlockSize - _filled);
            piece[..taken].CopyTo(_block[_filled..]);
            _filled += taken;
            piece = piece[taken..];
        }
    }

    /// <summary>A number as Argon2 hashes it: four bytes, little endian.</summary>
    public void Update(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        Update(bytes);
    }

    /// <summary>Ends the message, writes the digest and zeroes the workspace.</summary>
    public void Finish(scoped Span<byte> digest)
    {
        Invariant.Holds(digest.Length == _digestSize);
        _block[_filled..].Clear();
        CompressBlock(last: true);
        Span<byte> whole = stackalloc byte[MaximumDigestSize];
        for (int i = 0; i < _state.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(whole[(i * 8)..], _state[i]);
        whole[.._digestSize].CopyTo(digest);
        CryptographicOperations.ZeroMemory(whole);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_state));
        CryptographicOperations.ZeroMemory(_block);
    }

    private void CompressBlock(bool last)
    {
        _length += (ulong)_filled;
        _filled = 0;
        Span<ulong> m = stackalloc ulong[16];
        Span<ulong> v = stackalloc ulong[16];
        for (int i = 0; i < m.Length; i++) m[i] = BinaryPrimitives.ReadUInt64LittleEndian(_block[(i * 8)..]);
        _state.CopyTo(v);
        Initial.CopyTo(v[8..]);
        v[12] ^= _length;
        if (last) v[14] = ~v[14];

        for (int round = 0; round < Rounds; round++) Round(v, m, Schedule.Slice(round % 10 * 16, 16));
        for (int i = 0; i < _state.Length; i++) _state[i] ^= v[i] ^ v[i + 8];
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(m));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(v));
    }

    private static void Round(Span<ulong> v, ReadOnlySpan<ulong> m, ReadOnlySpan<byte> s)
    {
        Mix(ref v[0], ref v[4], ref v[8], ref v[12], m[s[0]], m[s[1]]);
        Mix(ref v[1], ref v[5], ref v[9], ref v[13], m[s[2]], m[s[3]]);
        Mix(ref v[2], ref v[6], ref v[10], ref v[14], m[s[4]], m[s[5]]);
        Mix(ref v[3], ref v[7], ref v[11], ref v[15], m[s[6]], m[s[7]]);
        Mix(ref v[0], ref v[5], ref v[10], ref v[15], m[s[8]], m[s[9]]);
        Mix(ref v[1], ref v[6], ref v[11], ref v[12], m[s[10]], m[s[11]]);
        Mix(ref v[2], ref v[7], ref v[8], ref v[13], m[s[12]], m[s[13]]);
        Mix(ref v[3], ref v[4], ref v[9], ref v[14], m[s[14]], m[s[15]]);
    }

    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
