using System.Buffers.Binary;
using Coffer.Domain;

namespace Coffer.Agent.Caching;

/// <summary>
/// How much of a bundle the newest point uses: id 32, used bytes u64, length u32, run first seen u32, pinned 1.
/// </summary>
/// <param name="Used">Sizes of all entries that lie in it; an entry and its clone count twice.</param>
/// <param name="Length">Of its plain bytes; at least, where the cache was lost since it was made.</param>
/// <param name="FirstRun">The run that first met it; 0 in rows of the run under way.</param>
/// <param name="IsPinned">A file with several names lies in it.</param>
internal readonly record struct BundleRow(ObjectId Bundle, ulong Used, uint Length, uint FirstRun, bool IsPinned)
    : ISortedRow<BundleRow>
{
    public static int Size => 32 + 8 + 4 + 4 + 1;

    public static ReadOnlySpan<byte> Magic => "CFbund2\n"u8;

    public static BundleRow Key(ObjectId bundle) => new(bundle, 0, 0, 0, false);

    public static BundleRow Read(ReadOnlySpan<byte> bytes) => new(
        new ObjectId(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]),
        bytes[48] != 0);

    public void Write(Span<byte> target)
    {
        Bundle.CopyTo(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], Used);
        BinaryPrimitives.WriteUInt32LittleEndian(target[40..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[44..], FirstRun);
        target[48] = IsPinned ? (byte)1 : (byte)0;
    }

    public int CompareKey(in BundleRow other) => Bundle.CompareTo(other.Bundle);
}
