using Coffer.Format.Hashing;
using Coffer.Sealing.Chunking;

namespace Coffer.Unit.Sealing.Chunking;

public sealed class FastCdcTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly ChunkSizes Small = new(256, 1024, 4096);

    [Fact]
    public void NextLength_FixedKeyAndData_CutsAsRecorded()
    {
        // Any change here makes every vault's data new: it needs a new id rule, not a new list.
        Cut(new FastCdc(Key, ChunkSizes.File), Data(12 << 20)).ShouldBe(
            [1063262, 423069, 1266089, 1123641, 1188486, 1321175, 363340, 1132286, 1181519, 1645938, 1404029, 470078]);
        Cut(new FastCdc(Key, Small), Data(16 << 10)).ShouldBe(
            [1091, 1419, 351, 1059, 1138, 1254, 1322, 1409, 1333, 2035, 1041, 1249, 1207, 295, 181]);
    }

    [Fact]
    public void NextLength_RulesOfTheDocument_GiveTheSameCuts()
    {
        byte[] data = Data(2 << 20);
        Cut(new FastCdc(Key, Small), data).ShouldBe(CutByTheRules(data, 256, 1024, 4096));
    }

    [Fact]
    public void NextLength_EveryLengthOfData_StaysWithinIt()
    {
        var chunker = new FastCdc(Key, Small);
        byte[] data = Data(9_000);
        int whole = chunker.NextLength(data);
        for (int length = 0; length < data.Length; length++)
            chunker.NextLength(data.AsSpan(0, length)).ShouldBe(Math.Min(length, whole), $"length {length}");
    }

    [Fact]
    public void NextLength_RandomData_KeepsBoundsAndAverage()
    {
        var sizes = ChunkSizes.File;
        var cuts = Cut(new FastCdc(Key, sizes), Data(100 << 20));
        cuts.SkipLast(1).ShouldAllBe(length => length >= sizes.Min && length <= sizes.Max);
        cuts.Average().ShouldBeInRange(0.8 * sizes.Normal, 1.5 * sizes.Normal);
    }

    [Fact]
    public void NextLength_DataOfOneByte_CutsAtTheMaximum()
    {
        byte[] zeros = new byte[3 * Small.Max + 100];
        Cut(new FastCdc(Key, Small), zeros).ShouldBe([Small.Max, Small.Max, Small.Max, 100]);
    }

    [Fact]
    public void NextLength_AfterAnInsertion_FallsBackIntoStep()
    {
        byte[] before = Data(40 << 20);
        byte[] after = [.. before[..3_000_001], 1, 2, 3, .. before[3_000_001..]];
        var chunker = new FastCdc(Key, ChunkSizes.File);
        var old = Ends(Cut(chunker, before)).ToHashSet();
        var moved = Ends(Cut(chunker, after)).Select(end => end > 3_000_004 ? end - 3 : end).ToList();
        moved.Count(end => !old.Contains(end)).ShouldBeLessThanOrEqualTo(3);
        moved.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void NextLength_OtherKey_CutsElsewhere()
    {
        byte[] data = Data(20 << 20);
        byte[] otherKey = [.. Key.Select(b => (byte)(b + 1))];
        var ends = Ends(Cut(new FastCdc(Key, ChunkSizes.File), data)).SkipLast(1).ToHashSet();
        Ends(Cut(new FastCdc(otherKey, ChunkSizes.File), data)).Count(ends.Contains).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 1024, 4096)]
    [InlineData(2048, 1024, 4096)]
    [InlineData(256, 1000, 4096)]
    [InlineData(256, 1024, 512)]
    public void ChunkSizes_OutOfOrder_Refused(int min, int normal, int max) =>
        Should.Throw<ArgumentException>(() => new ChunkSizes(min, normal, max));

    private static List<int> Cut(FastCdc chunker, ReadOnlySpan<byte> data)
    {
        List<int> lengths = [];
        while (data.Length > 0)
        {
            int length = chunker.NextLength(data[..Math.Min(data.Length, chunker.Sizes.Max)]);
            lengths.Add(length);
            data = data[length..];
        }

        return lengths;
    }

    // The three numbered rules of FastCdc, word for word and a byte at a time.
    private static List<int> CutByTheRules(byte[] data, int min, int normal, int max)
    {
        byte[] table = new byte[2048];
        Blake3.KeyedHash(Key, "coffer gear table 1"u8, table);
        List<int> lengths = [];
        for (int start = 0; start < data.Length;)
        {
            int length = Math.Min(max, data.Length - start);
            ulong f = 0;
            for (int i = min; i < length; i++)
            {
                f = (f << 1) + BitConverter.ToUInt64(table, data[start + i] * 8);
                int bits = (int)Math.Log2(normal) + (i < normal ? 2 : -2);
                if (f >> (64 - bits) == 0) length = i + 1;
            }

            lengths.Add(length);
            start += length;
        }

        return lengths;
    }

    private static IEnumerable<int> Ends(IEnumerable<int> lengths)
    {
        int end = 0;
        foreach (int length in lengths) yield return end += length;
    }

    // Random by a hash, so that the recorded cuts depend on no runtime's generator.
    private static byte[] Data(int length)
    {
        byte[] data = new byte[length];
        Blake3.Hash("chunker test data"u8, data);
        return data;
    }
}
