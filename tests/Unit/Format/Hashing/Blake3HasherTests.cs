using Coffer.Format.Hashing;

namespace Coffer.Unit.Format.Hashing;

public sealed class Blake3HasherTests
{
    private const int Seed = 20251121;

    public static TheoryData<int> Widths => [4, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void Hash_AnyLength_SameAsScalar(int width)
    {
        Assert.SkipUnless(Blake3Inputs.CanRun(width), $"no {width} lanes on this machine");
        byte[] data = Random(150_000);
        var wide = Blake3Hasher.Plain((Blake3Width)width);
        var scalar = Blake3Hasher.Plain(Blake3Width.One);
        for (int length = 0; length <= data.Length; length += length < 20_000 ? 61 : 4_099)
            Hash(wide, data.AsSpan(0, length)).ShouldBe(Hash(scalar, data.AsSpan(0, length)), $"length {length}");
    }

    [Theory, MemberData(nameof(Widths))]
    public void Update_InOddPieces_SameAsInOne(int width)
    {
        Assert.SkipUnless(Blake3Inputs.CanRun(width), $"no {width} lanes on this machine");
        byte[] data = Random(400_000);
        var random = new Random(Seed);
        for (int round = 0; round < 60; round++)
        {
            int length = random.Next(round % 2 == 0 ? 20_000 : data.Length);
            int maxPiece = (round % 5) switch { 0 => 70, 1 => 1_100, 2 => 5_000, 3 => 70_000, _ => 200_000 };
            var hasher = Blake3Hasher.Plain((Blake3Width)width);
            for (int done = 0; done < length;)
            {
                int piece = Math.Min(random.Next(maxPiece), length - done);
                hasher.Update(data.AsSpan(done, piece));
                done += piece;
            }

            byte[] output = new byte[32];
            hasher.Finish(output);
            output.ShouldBe(
                Hash(Blake3Hasher.Plain(Blake3Width.One), data.AsSpan(0, length)),
                $"seed {Seed}, round {round}, length {length}, pieces under {maxPiece}");
        }
    }

    [Theory]
    [InlineData(63, 1)]
    [InlineData(64, 64)]
    [InlineData(1024, 1024)]
    [InlineData(1023, 8193)]
    [InlineData(65536, 65536)]
    [InlineData(65537, 131071)]
    public void Update_SplitAtEdges_SameAsInOne(int first, int second)
    {
        byte[] data = Random(first + second);
        var hasher = new Blake3Hasher();
        hasher.Update(data.AsSpan(0, first));
        hasher.Update(data.AsSpan(first));
        byte[] output = new byte[32];
        hasher.Finish(output);
        output.ShouldBe(Hash(Blake3Hasher.Plain(Blake3Width.One), data));
    }

    [Fact]
    public void Finish_InTheMiddle_ChangesNothing()
    {
        byte[] data = Random(10_000);
        var hasher = new Blake3Hasher();
        hasher.Update(data.AsSpan(0, 7_777));
        byte[] output = new byte[32];
        hasher.Finish(output);
        output.ShouldBe(Hash(new Blake3Hasher(), data.AsSpan(0, 7_777)));
        hasher.Update(data.AsSpan(7_777));
        hasher.Finish(output);
        output.ShouldBe(Hash(new Blake3Hasher(), data));
    }

    [Fact]
    public void Reset_KeyedHasher_KeepsItsKey()
    {
        byte[] key = Random(32);
        byte[] output = new byte[32];
        var hasher = Blake3Hasher.Keyed(key);
        hasher.Update(Random(5_000));
        hasher.Reset();
        hasher.Update([1, 2, 3]);
        hasher.Finish(output);
        byte[] expected = new byte[32];
        Blake3.KeyedHash(key, [1, 2, 3], expected);
        output.ShouldBe(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Keyed_WrongKeyLength_Refuses(int length) =>
        Should.Throw<ArgumentException>(() => Blake3Hasher.Keyed(new byte[length]));

    [Fact]
    public void Hash_OneShot_AllocatesNothing()
    {
        byte[] data = Random(100_000);
        byte[] output = new byte[32];
        Blake3.KeyedHash(output, data, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Blake3.KeyedHash(output, data, output);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Hash(Blake3Hasher hasher, ReadOnlySpan<byte> data)
    {
        byte[] output = new byte[32];
        hasher.Reset();
        hasher.Update(data);
        hasher.Finish(output);
        return output;
    }
}
