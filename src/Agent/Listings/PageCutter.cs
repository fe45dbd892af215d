using System.Buffers.Binary;
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

    private readonly byte[] _key = keys.Cuts.ToArray();

    public bool EndsAfter(ReadOnlySpan<byte> path, int encodedBytes)
    {
        if (encodedBytes < Limits.PageMinBytes) return false;
        return encodedBytes >= Limits.PageMaxBytes || (Hash(LastTwo(path)) & Mask) == 0;
    }

    /// <summary>Names the group of a hard link by the path of its first captured name; never 0.</summary>
    public ulong GroupOf(ReadOnlySpan<byte> path) => Math.Max(1, Hash(path));

    private ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        Blake3.KeyedHash(_key, bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private static ReadOnlySpan<byte> LastTwo(ReadOnlySpan<byte> path)
    {
        int parent = PathOrder.ParentLength(path);
        return parent <= 0 ? path : path[(path[..parent].LastIndexOf((byte)'/') + 1)..];
    }
}
