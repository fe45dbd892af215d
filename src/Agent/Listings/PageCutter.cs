using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format.Hashing;
using Coffer.Format.Listing;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Listings;

/// <summary>
/// Decides where listing pages end: after an entry whose last two path components hash to low bits zero, so that a
/// moved or copied tree is cut alike. Keyed with the cuts sub-key (docs/format.md, "Listing page").
/// </summary>
internal sealed class PageCutter(KeyspaceKeys keys)
{
    private const ulong Mask = (1ul << Limits.PageCutBits) - 1;

    private readonly Blake3Hasher _hasher = Blake3Hasher.Keyed(keys.Cuts);

    public bool EndsAfter(ReadOnlySpan<byte> path, int encodedBytes)
    {
        if (encodedBytes < Limits.PageMinBytes) return false;
        return encodedBytes >= Limits.PageMaxBytes || (Hash("cut\n"u8, LastTwo(path)) & Mask) == 0;
    }

    /// <summary>Names the group of a hard link by the path of its first captured name; never 0.</summary>
    public ulong GroupOf(ReadOnlySpan<byte> path) => Math.Max(1, Hash("group\n"u8, path));

    private ulong Hash(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[8];
        _hasher.Reset();
        _hasher.Update(purpose);
        _hasher.Update(bytes);
        _hasher.Finish(hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private static ReadOnlySpan<byte> LastTwo(ReadOnlySpan<byte> path)
    {
        int parent = PathOrder.ParentLength(path);
        return parent <= 0 ? path : path[(path[..parent].LastIndexOf((byte)'/') + 1)..];
    }
}
