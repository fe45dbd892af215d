using System.Text;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Sealing.Compressing;

namespace Coffer.Unit.Sealing.Compressing;

public sealed class CompressorTests
{
    private const int Seed = 417;

    public static TheoryData<Compression> Algorithms => [Compression.Zstd, Compression.Brotli];

    public static TheoryData<Compression, int> AlgorithmsAndLengths => new MatrixTheoryData<Compression, int>(
        [Compression.Zstd, Compression.Brotli], [200, 4_096, 65_535, 65_536, 1 << 20, (4 << 20) + 1]);

    [Theory, MemberData(nameof(AlgorithmsAndLengths))]
    public void Compress_Text_ComesBack(Compression algorithm, int length)
    {
        byte[] plain = Text(length);
        byte[] stored = Compress(algorithm, plain, out var used);
        used.ShouldBe(algorithm);
        stored.Length.ShouldBeLessThan(length);
        Decompress(used, stored, length).ShouldBe(plain);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Compress_ManyBodiesWithOneCompressor_AllComeBack(Compression algorithm)
    {
        using var compressor = new Compressor(algorithm);
        using var decompressor = new Decompressor();
        var random = new Random(Seed);
        byte[] target = new byte[Compressor.Bound(300_000)];
        for (int round = 0; round < 50; round++)
        {
            byte[] plain = Text(random.Next(1, 300_000));
            random.NextBytes(plain.AsSpan(0, random.Next(plain.Length)));
            int size = compressor.Compress(plain, target, out var used);
            byte[] back = new byte[plain.Length];
            decompressor.Decompress(used, used == Compression.None ? plain : target.AsSpan(0, size), back);
            back.AsSpan().SequenceEqual(plain).ShouldBeTrue($"seed {Seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(5_000)]
    [InlineData(1 << 20)]
    public void Compress_RandomBytes_StaysRaw(int length)
    {
        foreach (var algorithm in new[] { Compression.Zstd, Compression.Brotli })
        {
            Compress(algorithm, Random(length), out var used).Length.ShouldBe(length);
            used.ShouldBe(Compression.None);
        }
    }

    [Fact]
    public void LevelFor_RandomTextAndBetween_SkimThreeAndOne()
    {
        using var compressor = new Compressor(Compression.Zstd);
        byte[] scratch = new byte[Compressor.Bound(1 << 20)];
        compressor.LevelFor(Random(1 << 20), scratch).ShouldBe(-1);
        compressor.LevelFor(Text(1 << 20), scratch).ShouldBe(3);

        // Seven bits in eight: every sample keeps about 88 %.
        byte[] between = Random(1 << 20);
        for (int i = 0; i < between.Length; i++) between[i] &= 0x7F;
        compressor.LevelFor(between, scratch).ShouldBe(1);
    }

    [Fact]
    public void Compress_TextThatTheProbeMisses_StillPays()
    {
        // The samples lie at the middles of the quarters; the text lies at their edges.
        byte[] plain = Random(1 << 20);
        Text(100_000).CopyTo(plain, (1 << 18) - 50_000);
        byte[] stored = Compress(Compression.Zstd, plain, out var used);
        used.ShouldBe(Compression.Zstd);
        stored.Length.ShouldBeLessThan(plain.Length - 50_000);
        Decompress(used, stored, plain.Length).AsSpan().SequenceEqual(plain).ShouldBeTrue();
    }

    [Fact]
    public void Compress_HardlyAnySaving_StaysRaw()
    {
        byte[] plain = Random(1 << 20);
        plain.AsSpan(1_000, 5_000).Clear();
        Compress(Compression.Zstd, plain, out var used).Length.ShouldBe(plain.Length);
        used.ShouldBe(Compression.None);
    }

    [Fact]
    public void Compress_TargetUnderTheBound_Refused()
    {
        using var compressor = new Compressor();
        Should.Throw<ArgumentException>(() => compressor.Compress(new byte[1000], new byte[1000], out _));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decompress_Truncated_IsCorruption(Compression algorithm)
    {
        byte[] stored = Compress(algorithm, Text(20_000), out _);
        foreach (int length in new[] { 0, 1, 7, stored.Length / 2, stored.Length - 1 })
            Should.Throw<CorruptionException>(() => Decompress(algorithm, stored[..length], 20_000));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decompress_OtherPlainSize_IsCorruptionAndStaysInside(Compression algorithm)
    {
        byte[] stored = Compress(algorithm, new byte[4 << 20], out var used);
        used.ShouldBe(algorithm);
        stored.Length.ShouldBeLessThan(10_000);
        using var decompressor = new Decompressor();
        byte[] target = [.. Enumerable.Repeat((byte)0xEE, 2_000)];
        Should.Throw<CorruptionException>(() => decompressor.Decompress(used, stored, target.AsSpan(0, 1_000)));
        target.AsSpan(1_000).IndexOfAnyExcept((byte)0xEE).ShouldBe(-1);
        Should.Throw<CorruptionException>(() => Decompress(used, stored, (4 << 20) + 1));
        Decompress(used, stored, 4 << 20).AsSpan().IndexOfAnyExcept((byte)0).ShouldBe(-1);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decompress_Garbage_IsCorruption(Compression algorithm)
    {
        for (int length = 1; length < 400; length += 13)
            Should.Throw<CorruptionException>(() => Decompress(algorithm, Random(length), 1_000), $"length {length}");
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void Decompress_BytesBehindTheFrame_AreCorruption(Compression algorithm)
    {
        byte[] stored = Compress(algorithm, Text(9_000), out var used);
        used.ShouldBe(algorithm);
        Should.Throw<CorruptionException>(() => Decompress(used, [.. stored, 0], 9_000));
        Should.Throw<CorruptionException>(() => Decompress(used, [.. stored, .. stored], 18_000));
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(300_000)]
    [InlineData(4 << 20)]
    public void Compress_Zstd_HasNoContentSizeChecksumDictionaryOrLargeWindow(int length)
    {
        byte[] stored = Compress(Compression.Zstd, Text(length), out _);
        stored[4].ShouldBe((byte)0);
        stored[5].ShouldBeLessThanOrEqualTo((byte)((21 - 10) << 3)); // 2 MiB
    }

    [Theory]
    [InlineData(0, 0x29)]   // magic
    [InlineData(4, 0x01)]   // a dictionary
    [InlineData(4, 0x08)]   // a bit without meaning
    [InlineData(5, 0x69)]   // a window of 9 MiB
    [InlineData(5, 0xff)]
    public void Decompress_HeadThatIsNotAllowed_IsCorruption(int at, byte value)
    {
        byte[] stored = Compress(Compression.Zstd, Text(9_000), out _);
        Decompress(Compression.Zstd, stored, 9_000).ShouldBe(Text(9_000));
        stored[at] = value;
        Should.Throw<CorruptionException>(() => Decompress(Compression.Zstd, stored, 9_000));
    }

    [Fact]
    public void Decompress_SkippableFrameBeforeTheBytes_IsCorruption()
    {
        byte[] stored = Compress(Compression.Zstd, Text(9_000), out _);
        byte[] skipped = [0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7];
        Should.Throw<CorruptionException>(() => Decompress(Compression.Zstd, [.. skipped, .. stored], 9_000));
    }

    [Fact]
    public void Decompress_AfterCorruption_StillWorks()
    {
        using var decompressor = new Decompressor();
        byte[] plain = Text(9_000);
        byte[] stored = Compress(Compression.Zstd, plain, out _);
        byte[] back = new byte[plain.Length];
        Should.Throw<CorruptionException>(() => decompressor.Decompress(Compression.Zstd, stored.AsSpan(5), back));
        decompressor.Decompress(Compression.Zstd, stored, back);
        back.ShouldBe(plain);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(255)]
    public void Decompress_UnknownAlgorithm_IsCorruption(byte number) =>
        Should.Throw<CorruptionException>(() => Decompress((Compression)number, new byte[10], 10));

    [Fact]
    public void Decompress_RawOfOtherLength_IsCorruption() =>
        Should.Throw<CorruptionException>(() => Decompress(Compression.None, new byte[10], 11));

    private static byte[] Compress(Compression algorithm, byte[] plain, out Compression used)
    {
        using var compressor = new Compressor(algorithm);
        byte[] target = new byte[Compressor.Bound(plain.Length)];
        int size = compressor.Compress(plain, target, out used);
        return used == Compression.None ? plain : target[..size];
    }

    private static byte[] Decompress(Compression algorithm, byte[] stored, int length)
    {
        using var decompressor = new Decompressor();
        byte[] plain = new byte[length];
        decompressor.Decompress(algorithm, stored, plain);
        return plain;
    }

    private static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(int length)
    {
        var text = new StringBuilder();
        var random = new Random(Seed);
        while (text.Length < length) text.Append("item ").Append(random.Next(5_000)).Append(" of the list; ");
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
