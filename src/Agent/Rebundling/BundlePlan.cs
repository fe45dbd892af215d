using System.Buffers.Binary;
using Coffer.Agent.Caching;
using Coffer.Domain;

namespace Coffer.Agent.Rebundling;

/// <summary>
/// What the run after a point is to make anew. A file of the cache folder: magic 8, stamp, run u32, both start times as
/// ticks i64, budget u64, number of bundles u32, number of pages u32, their ids.
/// </summary>
internal sealed record BundlePlan
{
    private const int FixedSize = 4 + 8 + 8 + 8 + 4 + 4;

    /// <summary>Counted from 1 since the cache began.</summary>
    public required uint Run { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Entries changed since then stay where they are.</summary>
    public required DateTimeOffset StartedBefore { get; init; }

    /// <summary>Bytes that may be moved.</summary>
    public required ulong Budget { get; init; }

    public required IReadOnlyList<ObjectId> Bundles { get; init; }

    /// <summary>Listing pages of the point.</summary>
    public required IReadOnlyList<ObjectId> Pages { get; init; }

    private static ReadOnlySpan<byte> Magic => "CFplan1\n"u8;

    public byte[] Encode(CacheStamp stamp)
    {
        var bytes = new byte[Magic.Length + CacheStamp.Size + FixedSize
            + ((Bundles.Count + Pages.Count) * ObjectId.Size)];
        var rest = bytes.AsSpan();
        Magic.CopyTo(rest);
        stamp.Write(rest[Magic.Length..]);
        rest = rest[(Magic.Length + CacheStamp.Size)..];
        BinaryPrimitives.WriteUInt32LittleEndian(rest, Run);
        BinaryPrimitives.WriteInt64LittleEndian(rest[4..], Started.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(rest[12..], StartedBefore.UtcTicks);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[20..], Budget);
        BinaryPrimitives.WriteInt32LittleEndian(rest[28..], Bundles.Count);
        BinaryPrimitives.WriteInt32LittleEndian(rest[32..], Pages.Count);
        rest = rest[FixedSize..];
        for (int i = 0; i < Bundles.Count; i++) Bundles[i].CopyTo(rest[(i * ObjectId.Size)..]);
        rest = rest[(Bundles.Count * ObjectId.Size)..];
        for (int i = 0; i < Pages.Count; i++) Pages[i].CopyTo(rest[(i * ObjectId.Size)..]);
        return bytes;
    }

    /// <summary>Null where it is of another base, or damaged.</summary>
    public static BundlePlan? Decode(ReadOnlySpan<byte> rest, CacheStamp stamp)
    {
        const int most = 2 * Limits.RebundlingCandidates;
        if (rest.Length < Magic.Length + CacheStamp.Size + FixedSize || !rest.StartsWith(Magic)) return null;
        if (CacheStamp.Read(rest[Magic.Length..]) != stamp) return null;
        rest = rest[(Magic.Length + CacheStamp.Size)..];
        int bundles = BinaryPrimitives.ReadInt32LittleEndian(rest[28..]);
        int pages = BinaryPrimitives.ReadInt32LittleEndian(rest[32..]);
        long started = BinaryPrimitives.ReadInt64LittleEndian(rest[4..]);
        long before = BinaryPrimitives.ReadInt64LittleEndian(rest[12..]);
        bool fits = bundles is >= 0 and <= most && pages is >= 0 and <= most
            && IsTime(started) && IsTime(before)
            && rest.Length == FixedSize + ((bundles + pages) * ObjectId.Size);
        return !fits ? null : new BundlePlan
        {
            Run = BinaryPrimitives.ReadUInt32LittleEndian(rest),
            Started = new DateTimeOffset(started, TimeSpan.Zero),
            StartedBefore = new DateTimeOffset(before, TimeSpan.Zero),
            Budget = BinaryPrimitives.ReadUInt64LittleEndian(rest[20..]),
            Bundles = ReadIds(rest[FixedSize..], bundles),
            Pages = ReadIds(rest[(FixedSize + (bundles * ObjectId.Size))..], pages),
        };
    }

    private static bool IsTime(long ticks) => ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks;

    private static ObjectId[] ReadIds(ReadOnlySpan<byte> bytes, int count)
    {
        var ids = new ObjectId[count];
        for (int i = 0; i < count; i++) ids[i] = new ObjectId(bytes[(i * ObjectId.Size)..]);
        return ids;
    }
}
