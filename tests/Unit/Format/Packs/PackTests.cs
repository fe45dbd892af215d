using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Format.Packs;

namespace Coffer.Unit.Format.Packs;

/// <summary>Packs as a hostile writer could make them: every hash in them fits.</summary>
public sealed class PackTests
{
    private const int FixedRow = 65;

    [Theory]
    [InlineData(PackClass.Data)]
    [InlineData(PackClass.Metadata)]
    public void Check_AsWritten_Stands(PackClass packClass)
    {
        var (name, bytes) = Written(packClass);
        var pack = PackReader.Check(name, bytes.Length, Reading(bytes));
        pack.Entries.Count.ShouldBe(3);
        pack.Head.Envelopes.Count.ShouldBe(packClass == PackClass.Metadata ? 1 : 0);
    }

    [Fact]
    public void Append_AnIdTwice_KeepsTheFirst()
    {
        var writer = new PackWriter(new PackHead(PackClass.Data, TestFrames.Keyspace, []), static _ => { });
        writer.Append(TestFrames.Of(NodeKind.Chunk, number: 1));
        long length = writer.Length;
        writer.Append(TestFrames.Of(NodeKind.Chunk, number: 1, plainLength: 21));
        (writer.Length, writer.Entries.Count).ShouldBe((length, 1));
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(399_999u)]
    [InlineData(400_001u)]
    [InlineData(uint.MaxValue)]
    public void Open_MoreFramesThanTheTableCanHold_IsRefusedBeforeTheTableIsRead(uint count)
    {
        byte[] bytes = Pack(PackClass.Data, [TestFrames.Of(NodeKind.Chunk)], count);
        int reads = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<CorruptionException>(() => PackReader.Open(bytes.Length, (offset, target) =>
        {
            reads++;
            bytes.AsSpan((int)offset, target.Length).CopyTo(target);
        }, "test"));
        reads.ShouldBe(2);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Open_EnvelopesInADataPack_AreRefused()
    {
        byte[] head = new PackHead(PackClass.Metadata, TestFrames.Keyspace, [[1, 2, 3]]).Encode();
        head[9] = (byte)PackClass.Data;
        Refused(Pack(head, [TestFrames.Of(NodeKind.Chunk)]));
    }

    [Fact]
    public void Open_ChunkInAMetadataPack_IsRefused() =>
        Refused(Pack(PackClass.Metadata, [TestFrames.Of(NodeKind.Chunk)]));

    [Fact]
    public void Open_PageInADataPack_IsRefused() =>
        Refused(Pack(PackClass.Data, [TestFrames.Of(NodeKind.TreePage)]));

    [Fact]
    public void Open_OneIdTwice_IsRefused() => Refused(Pack(
        PackClass.Data,
        [TestFrames.Of(NodeKind.Chunk), TestFrames.Of(NodeKind.Chunk, plainLength: 30)]));

    [Theory]
    [InlineData(32, 9)]               // kind
    [InlineData(33, 29)]              // offset: a gap
    [InlineData(33, -1)]
    [InlineData(41, 91)]              // length
    [InlineData(41, -1)]
    [InlineData(61, 1)]               // references that are not there
    [InlineData(61, -1)]
    [InlineData(61, 1 << 27)]         // times 32 is 0 in 32 bits
    public void Open_RowThatCannotBe_IsRefused(int at, int value) => Refused(Pack(
        PackClass.Data, [TestFrames.Of(NodeKind.Chunk)], change: table =>
        {
            if (at == 32) table[at] = (byte)value;
            else BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(at), value);
        }));

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Open_TableLongerOrShorterThanItsRows_IsRefused(int difference)
    {
        byte[] frame = TestFrames.Of(NodeKind.Chunk);
        Refused(Pack(new PackHead(PackClass.Data, TestFrames.Keyspace, []).Encode(), [frame], resizeTable: difference));
    }

    [Fact]
    public void Open_TableHashedOtherwise_IsRefused()
    {
        byte[] bytes = Pack(PackClass.Data, [TestFrames.Of(NodeKind.Chunk)]);
        bytes[^20] ^= 1;
        Refused(bytes);
    }

    [Fact]
    public void Check_RowOfAnotherFrame_IsRefused()
    {
        byte[] bytes = Pack(PackClass.Data, [TestFrames.Of(NodeKind.Chunk)], change: table => table[0] ^= 1);
        Should.NotThrow(() => PackReader.Open(bytes.Length, Reading(bytes), "test"));
        var name = new PackName(TestFrames.Keyspace, new ObjectId(HashOf(bytes)));
        Should.Throw<CorruptionException>(() => PackReader.Check(name, bytes.Length, Reading(bytes)));
    }

    [Fact]
    public void Open_AnyByteChanged_NeverThrowsAnythingElse()
    {
        var (_, bytes) = Written(PackClass.Metadata);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x81;
            Fails(() => PackReader.Open(changed.Length, Reading(changed), "test"));
            Fails(() => PackReader.Open(at, Reading(bytes), "test"));
        }
    }

    private static void Fails(Action act)
    {
        try
        {
            act();
        }
        catch (CorruptionException)
        {
            // What a damaged pack is.
        }
    }

    private static (PackName Name, byte[] Bytes) Written(PackClass packClass)
    {
        var bytes = new List<byte>();
        byte[][] envelopes = packClass == PackClass.Metadata ? [[1, 2, 3]] : [];
        var writer = new PackWriter(
            new PackHead(packClass, TestFrames.Keyspace, envelopes), part => bytes.AddRange(part));
        var kind = packClass == PackClass.Metadata ? NodeKind.ListingPage : NodeKind.Chunk;
        for (int i = 0; i < 3; i++)
            writer.Append(TestFrames.Of(kind, packClass == PackClass.Metadata ? i : 0, number: i));
        return (writer.Finish(), [.. bytes]);
    }

    private static byte[] Pack(
        PackClass packClass, byte[][] frames, uint? count = null, Action<byte[]>? change = null) =>
        Pack(new PackHead(packClass, TestFrames.Keyspace, []).Encode(), frames, count, change);

    // Table and footer by hand, so that they may say what no writer would.
    private static byte[] Pack(
        byte[] head, byte[][] frames, uint? count = null, Action<byte[]>? change = null, int resizeTable = 0)
    {
        var rows = new List<PackEntry>();
        long offset = head.Length;
        foreach (byte[] frame in frames)
        {
            var header = FrameHeader.Parse(frame, "test");
            rows.Add(new PackEntry(
                header.Id, header.Kind, offset, frame.Length, new Id128(HashOf(frame)),
                header.ReferencesOf(frame).ToArray()));
            offset += frame.Length;
        }
        byte[] table = PackTable.Encode(rows);
        table.Length.ShouldBeGreaterThanOrEqualTo(FixedRow);
        change?.Invoke(table);
        Array.Resize(ref table, table.Length + resizeTable);
        byte[] footer = new byte[PackFooter.Size];
        new PackFooter(offset, table.Length, (int)(count ?? (uint)frames.Length), new ObjectId(HashOf(table)))
            .Write(footer);
        return [.. head, .. frames.SelectMany(f => f), .. table, .. footer];
    }

    private static byte[] HashOf(byte[] bytes)
    {
        byte[] hash = new byte[ObjectId.Size];
        Blake3.Hash(bytes, hash);
        return hash;
    }

    private static PackBytes Reading(byte[] bytes) =>
        (offset, target) => bytes.AsSpan((int)offset, target.Length).CopyTo(target);

    private static void Refused(byte[] bytes) =>
        Should.Throw<CorruptionException>(() => PackReader.Open(bytes.Length, Reading(bytes), "test"));
}
