using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Format.Packs;
using static Coffer.Fuzz.Targets.Samples;

namespace Coffer.Fuzz.Targets;

internal static class PackTargets
{
    public static IEnumerable<Target> List =>
    [
        new("frame", [Chunk, Page], static bytes => FrameHeader.ParseWhole(bytes, "fuzz")),
        new("pack", [Pack(PackClass.Data, Chunk, Other), Pack(PackClass.Metadata, Page)], Open) { Mend = MendTable },
        new("pack, checked whole", [Pack(PackClass.Data, Chunk, Other)], static bytes => PackReader.Check(
            new PackName(Keys.Keyspace, HashOf(bytes)), bytes.Length, Reader(bytes)))
        {
            Mend = MendTable,
        },
    ];

    private static byte[] Chunk => Frame(NodeKind.Chunk, Text(300));

    private static byte[] Other => Frame(NodeKind.Chunk, Text(17));

    private static byte[] Page => Frame(NodeKind.TreePage, Text(40), Id(1), Id(2));

    private static void Open(byte[] bytes) => PackReader.Open(bytes.Length, Reader(bytes), "fuzz");

    private static PackBytes Reader(byte[] bytes) => (offset, target) =>
    {
        // What a store does for an object that is shorter than it was told.
        if (offset < 0 || offset + target.Length > bytes.Length)
            throw new CorruptionException("fuzz", $"{target.Length} bytes at {offset}", $"{bytes.Length}");
        bytes.AsSpan((int)offset, target.Length).CopyTo(target);
    };

    private static byte[] Pack(PackClass packClass, params byte[][] frames)
    {
        var bytes = new List<byte>();
        var writer = new PackWriter(new PackHead(packClass, Keys.Keyspace, []), part => bytes.AddRange(part));
        foreach (byte[] frame in frames) writer.Append(frame);
        _ = writer.Finish();
        return [.. bytes];
    }

    private static void MendTable(byte[] bytes)
    {
        if (bytes.Length < PackFooter.Size + PackHead.FixedSize) return;
        long start = BitConverter.ToInt64(bytes, bytes.Length - 56);
        long length = BitConverter.ToUInt32(bytes, bytes.Length - 48);
        if (start < 0 || start > bytes.Length || length > bytes.Length - start) return;
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(bytes.AsSpan((int)start, (int)length), hash);
        hash.CopyTo(bytes.AsSpan(bytes.Length - 40));
    }

    private static ObjectId HashOf(byte[] bytes)
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(bytes, hash);
        return new ObjectId(hash);
    }
}
