using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.Sealing.Argon2;

/// <summary>Argon2id version 1.3 (RFC 9106) over native memory, zeroed and freed before the result is used.</summary>
/// <remarks>
/// 1. All inputs are hashed; the hash makes the first two blocks of each lane.
/// 2. Passes go over the memory in four slices; within a slice lanes do not depend on one another (here they run in
///    turn). Each block is made of the one before it and of one chosen among those already there.
/// 3. In the first half of the first pass the choice depends on the position alone, later on the data.
/// 4. The last blocks of all lanes, XORed and hashed, are the result.
/// </remarks>
internal unsafe ref struct ManagedArgon2id
{
    private const int Version = 0x13;
    private const int TypeId = 2;
    private const int Slices = 4;

    private readonly ulong* _memory;
    private readonly ulong* _scratch;
    private readonly ulong* _addresses;
    private readonly ulong* _position;
    private readonly ulong* _zero;
    private readonly int _passes;
    private readonly int _lanes;
    private readonly int _laneLength;
    private readonly int _segmentLength;

    private ManagedArgon2id(ulong* memory, int passes, int lanes, int segmentLength)
    {
        _memory = memory;
        _passes = passes;
        _lanes = lanes;
        _segmentLength = segmentLength;
        _laneLength = segmentLength * Slices;
        _scratch = Block(lanes * _laneLength);
        _addresses = _scratch + Argon2Block.Words;
        _position = _addresses + Argon2Block.Words;
        _zero = _position + Argon2Block.Words;
    }

    /// <summary>Blocks beyond the RFC's own: scratch, addresses, position, zero.</summary>
    private static int ExtraBlocks => 4;

    /// <summary>Fills <paramref name="tag"/>.</summary>
    /// <exception cref="OutOfMemoryException">The memory cannot be had.</exception>
    public static void Derive(in Argon2Inputs inputs, Span<byte> tag)
    {
        Invariant.Holds(inputs.Lanes > 0 && inputs.Passes > 0 && inputs.MemoryKib >= 2 * Slices * inputs.Lanes);
        int segmentLength = inputs.MemoryKib / (Slices * inputs.Lanes);
        nuint bytes = checked((nuint)(segmentLength * Slices * inputs.Lanes + ExtraBlocks) * Argon2Block.Size);
        var memory = (ulong*)NativeMemory.AlignedAlloc(bytes, 64);
        try
        {
            var run = new ManagedArgon2id(memory, inputs.Passes, inputs.Lanes, segmentLength);
            run.Start(inputs, tag.Length);
            run.Fill();
            run.Finish(tag);
        }
        finally
        {
            NativeMemory.Clear(memory, bytes);
            NativeMemory.AlignedFree(memory);
        }
    }

    private readonly ulong* Block(int index) => _memory + (nint)index * Argon2Block.Words;

    private readonly ulong* Block(int lane, int column) => Block(lane * _laneLength + column);

    private readonly void Start(in Argon2Inputs inputs, int tagSize)
    {
        new Span<ulong>(_scratch, ExtraBlocks * Argon2Block.Words).Clear();

        // Behind the 64 bytes of the hash come the block's column and lane.
        Span<byte> seed = stackalloc byte[Blake2b.MaximumDigestSize + 2 * sizeof(int)];
        HashInputs(inputs, tagSize, seed[..Blake2b.MaximumDigestSize]);
        for (int lane = 0; lane < _lanes; lane++)
        {
            for (int column = 0; column < 2; column++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(seed[Blake2b.MaximumDigestSize..], column);
                BinaryPrimitives.WriteInt32LittleEndian(seed[(Blake2b.MaximumDigestSize + sizeof(int))..], lane);
                LongHash(seed, new Span<byte>(Block(lane, column), Argon2Block.Size));
            }
        }

        CryptographicOperations.ZeroMemory(seed);
    }

    private static void HashInputs(in Argon2Inputs inputs, int tagSize, Span<byte> digest)
    {
        var hash = new Blake2b(stackalloc byte[Blake2b.WorkspaceSize], digest.Length);
        hash.Update(inputs.Lanes);
        hash.Update(tagSize);
        hash.Update(inputs.MemoryKib);
        hash.Update(inputs.Passes);
        hash.Update(Version);
        hash.Update(TypeId);
        UpdateWithLength(ref hash, inputs.Password);
        UpdateWithLength(ref hash, inputs.Salt);
        UpdateWithLength(ref hash, inputs.Secret);
        UpdateWithLength(ref hash, inputs.Associated);
        hash.Finish(digest);
    }

    private static void UpdateWithLength(scoped ref Blake2b hash, scoped ReadOnlySpan<byte> piece)
    {
        hash.Update(piece.Length);
        hash.Update(piece);
    }

    /// <summary>H' of RFC 9106, 3.3: BLAKE2b of any length, as halves of a chain of digests.</summary>
    internal static void LongHash(ReadOnlySpan<byte> message, Span<byte> output)
    {
        Span<byte> digest = stackalloc byte[Blake2b.MaximumDigestSize];
        const int Half = Blake2b.MaximumDigestSize / 2;
        digest = digest[..Math.Min(output.Length, Blake2b.MaximumDigestSize)];
        var hash = new Blake2b(stackalloc byte[Blake2b.WorkspaceSize], digest.Length);
        hash.Update(output.Length);
        hash.Update(message);
        hash.Finish(digest);
        while (output.Length > Blake2b.MaximumDigestSize)
        {
            digest[..Half].CopyTo(output);
            output = output[Half..];
            Blake2b.Hash(digest, digest[..Math.Min(output.Length, Blake2b.MaximumDigestSize)]);
        }

        digest[..output.Length].CopyTo(output);
        CryptographicOperations.ZeroMemory(digest);
    }

    private readonly void Fill()
    {
        for (int pass = 0; pass < _passes; pass++)
        {
            for (int slice = 0; slice < Slices; slice++)
            {
                for (int lane = 0; lane < _lanes; lane++) FillSegment(pass, slice, lane);
            }
        }
    }

    private readonly void FillSegment(int pass, int slice, int lane)
    {
        bool byPosition = pass == 0 && slice < Slices / 2;
        if (byPosition) StartAddresses(pass, slice, lane);
        int first = pass == 0 && slice == 0 ? 2 : 0;
        if (byPosition && first != 0) NextAddresses();

        for (int index = first; index < _segmentLength; index++)
        {
            int column = slice * _segmentLength + index;
            ulong* previous = Block(lane, column == 0 ? _laneLength - 1 : column - 1);
            if (byPosition && index % Argon2Block.Words == 0) NextAddresses();
            ulong choice = byPosition ? _addresses[index % Argon2Block.Words] : *previous;
            ulong* reference = Chosen(choice, pass, slice, lane, index);
            Argon2Block.Compress(previous, reference, Block(lane, column), keepOld: pass > 0, _scratch);
        }
    }

    private readonly void StartAddresses(int pass, int slice, int lane)
    {
        _position[0] = (ulong)pass;
        _position[1] = (ulong)lane;
        _position[2] = (ulong)slice;
        _position[3] = (ulong)(_lanes * _laneLength);
        _position[4] = (ulong)_passes;
        _position[5] = TypeId;
        _position[6] = 0;
    }

    /// <summary>The next 128 choices of the segment (RFC 9106, 3.4.1.2).</summary>
    private readonly void NextAddresses()
    {
        _position[6]++;
        Argon2Block.Compress(_zero, _position, _addresses, keepOld: false, _scratch);
        Argon2Block.Compress(_zero, _addresses, _addresses, keepOld: false, _scratch);
    }

    /// <summary>The block that a 64-bit choice stands for (RFC 9106, 3.4.2); late ones are likelier.</summary>
    private readonly ulong* Chosen(ulong choice, int pass, int slice, int lane, int index)
    {
        bool firstSlice = pass == 0 && slice == 0;
        int chosenLane = firstSlice ? lane : (int)((choice >> 32) % (uint)_lanes);

        // Blocks that are there: whole slices, and in the own lane this segment up to the one before the previous.
        int whole = pass == 0 ? slice * _segmentLength : _laneLength - _segmentLength;
        int area = chosenLane == lane ? whole + index - 1 : whole - (index == 0 ? 1 : 0);

        ulong squared = ((ulong)(uint)choice * (uint)choice) >> 32;
        int back = (int)(((ulong)area * squared) >> 32);
        int start = pass == 0 || slice == Slices - 1 ? 0 : (slice + 1) * _segmentLength;
        return Block(chosenLane, (start + area - 1 - back) % _laneLength);
    }

    private readonly void Finish(Span<byte> tag)
    {
        var last = new Span<ulong>(Block(0, _laneLength - 1), Argon2Block.Words);
        for (int lane = 1; lane < _lanes; lane++)
        {
            ulong* other = Block(lane, _laneLength - 1);
            for (int word = 0; word < last.Length; word++) last[word] ^= other[word];
        }

        LongHash(MemoryMarshal.AsBytes(last), tag);
    }
}
