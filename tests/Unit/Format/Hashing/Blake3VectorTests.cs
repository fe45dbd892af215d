using System.Text;
using System.Text.Json;
using Coffer.Format.Hashing;

namespace Coffer.Unit.Format.Hashing;

/// <summary>The vectors of the BLAKE3 project: three modes, 131 bytes of output, at every width.</summary>
public sealed class Blake3VectorTests
{
    private const int OutputSize = 131;

    private static readonly JsonElement Vectors = Load();

    public static TheoryData<int> Widths => [1, 4, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void Hash_PublishedVectors_Match(int width) =>
        Check(width, "hash", Blake3Hasher.Plain((Blake3Width)width));

    [Theory, MemberData(nameof(Widths))]
    public void KeyedHash_PublishedVectors_Match(int width) =>
        Check(width, "keyed_hash", Blake3Hasher.Keyed(Key, (Blake3Width)width));

    [Theory, MemberData(nameof(Widths))]
    public void DeriveKey_PublishedVectors_Match(int width) =>
        Check(width, "derive_key", Blake3Hasher.DeriveKey(Context, (Blake3Width)width));

    [Fact]
    public void OneShots_PublishedVectors_Match()
    {
        byte[] output = new byte[OutputSize];
        foreach (var vector in Vectors.GetProperty("cases").EnumerateArray())
        {
            byte[] input = Blake3Inputs.Counting(vector.GetProperty("input_len").GetInt32());
            Blake3.Hash(input, output);
            Expect(vector, "hash", output);
            Blake3.KeyedHash(Key, input, output);
            Expect(vector, "keyed_hash", output);
            Blake3.DeriveKey(Context, input, output);
            Expect(vector, "derive_key", output);
        }
    }

    private static byte[] Key => Encoding.ASCII.GetBytes(Vectors.GetProperty("key").GetString()!);

    private static string Context => Vectors.GetProperty("context_string").GetString()!;

    private static void Check(int width, string mode, Blake3Hasher hasher)
    {
        Assert.SkipUnless(Blake3Inputs.CanRun(width), $"no {width} lanes on this machine");
        byte[] output = new byte[OutputSize];
        foreach (var vector in Vectors.GetProperty("cases").EnumerateArray())
        {
            hasher.Reset();
            hasher.Update(Blake3Inputs.Counting(vector.GetProperty("input_len").GetInt32()));
            hasher.Finish(output);
            Expect(vector, mode, output);
        }
    }

    private static void Expect(JsonElement vector, string mode, byte[] output) =>
        Convert.ToHexStringLower(output).ShouldBe(
            vector.GetProperty(mode).GetString(), $"{mode} of {vector.GetProperty("input_len")} bytes");

    private static JsonElement Load()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Coffer.slnx"))) folder = folder.Parent!;
        string path = Path.Combine(folder.FullName, "tests/Unit/Format/Hashing/blake3-vectors.json");
        var vectors = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        vectors.GetProperty("cases").GetArrayLength().ShouldBe(35);
        return vectors;
    }
}
