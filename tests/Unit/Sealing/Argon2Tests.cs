using System.Text;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Argon2;

namespace Coffer.Unit.Sealing;

public sealed class Argon2Tests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 11))];

    [Fact]
    public void Managed_VectorOfRfc9106_Matches()
    {
        byte[] tag = new byte[32];
        ManagedArgon2id.Derive(new Argon2Inputs
        {
            Password = Of(1, 32),
            Salt = Of(2, 16),
            Secret = Of(3, 8),
            Associated = Of(4, 12),
            MemoryKib = 32,
            Passes = 3,
            Lanes = 4,
        }, tag);
        Convert.ToHexStringLower(tag).ShouldBe("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    // Made with libargon2 20171227. Segments of one address block, of several, of a part; memory that is no multiple of
    // 4 × lanes; long results.
    [Theory]
    [InlineData(8, 1, 1,
        "06df1f8ce9435b3dd7405ffde49688ac5ad2d3c2b419d4f75ce57605b2165ca5")]
    [InlineData(8, 3, 1,
        "c2826566")]
    [InlineData(19, 2, 1,
        "9fb95494ea7ba4ad67174831928b5b045a85c215e6682d81ac415a9e9b11a12d6d2a88dc1e9620dcad1bbe53eb44cf10b8b2"
        + "0c580c6dfa9c317b9bc5aa7dae84")]
    [InlineData(512, 1, 1,
        "c4dd587eb34e248ac881168489ce30acf6f3262216d030a9c1b6bc472ce0142c496f5d39561412dd7e44903ee5828f63fbd0"
        + "4abf97e6b5a1878f60176b664db8be")]
    [InlineData(515, 3, 1,
        "a9c4ccdd86d2617f09f84a1f80d34ab904797784383ae0853fc669516ac5f003")]
    [InlineData(2048, 2, 1,
        "ea97294225860429dd702b68d897770bf3c71afd1f41ac1401ac2a45742f7c15")]
    [InlineData(3000, 3, 3,
        "d924ede12e49f13a295db33e1a3454442e597cc2f803f1d3b641c9c80b3f27e1ab872a618727b9aba24b118781f2c394520a"
        + "35aed028a623a4f6c0d022ae587d7194cc7b650b79696058b36fcc9e0eb6fa867ddc3f46a67b0797e8e9972c731ff18eb807")]
    [InlineData(4096, 1, 4,
        "2e57ca0aff2f75faa170b399bb442ad91d88b00e377f54f525e83fb1be4d19e2341d834c10279b177b642707e1500a438fa1"
        + "f6f927f49f734e14dce530c961c5d0297f8d0fdd34b3c44141785f13517c4eee14544a604d8e3d55e10beb6e8c28da402433"
        + "d3ca3a7235ea719cece374660e8034a36323b969c6ca2a815a87fdf7")]
    public void Managed_AnyParameters_AgreesWithTheReferenceLibrary(
        int memoryKib, int passes, int lanes, string expected)
    {
        byte[] password = Encoding.ASCII.GetBytes("correct horse battery staple");
        byte[] tag = new byte[expected.Length / 2];
        ManagedArgon2id.Derive(Inputs(password, memoryKib, passes, lanes), tag);
        Convert.ToHexStringLower(tag).ShouldBe(expected);
    }

    // Where neither library is there this holds nothing; the vectors above still do.
    [Theory]
    [InlineData(8, 1)]
    [InlineData(1000, 3)]
    public void Libraries_WhereTheyAre_AgreeWithManaged(int memoryKib, int passes)
    {
        byte[] password = Encoding.ASCII.GetBytes("correct horse battery staple");
        byte[] expected = new byte[32];
        ManagedArgon2id.Derive(Inputs(password, memoryKib, passes, 1), expected);

        byte[] tag = new byte[32];
        if (NativeArgon2id.HasArgon2)
        {
            NativeArgon2id.DeriveByArgon2(Inputs(password, memoryKib, passes, 1), tag);
            tag.ShouldBe(expected);
        }

        if (!NativeArgon2id.HasSodium) return;
        tag.AsSpan().Clear();
        NativeArgon2id.DeriveBySodium(Inputs(password, memoryKib, passes, 1), tag);
        tag.ShouldBe(expected);
    }

    [Fact]
    public void Derive_DefaultParameters_AgreesWithManaged()
    {
        byte[] password = Encoding.ASCII.GetBytes("correct horse battery staple");
        byte[] expected = new byte[32], tag = new byte[32];
        ManagedArgon2id.Derive(Inputs(password, 65536, 3, 1), expected);
        Argon2id.Derive(password, Salt, Argon2Parameters.Default, tag);
        tag.ShouldBe(expected);
    }

    [Fact]
    public void Derive_NoParameters_IsOurBug() =>
        Should.Throw<Exception>(() => Argon2id.Derive([], Salt, Argon2Parameters.None, new byte[32]))
            .Message.ShouldContain("invariant");

    private static Argon2Inputs Inputs(byte[] password, int memoryKib, int passes, int lanes) => new()
    {
        Password = password,
        Salt = Salt,
        MemoryKib = memoryKib,
        Passes = passes,
        Lanes = lanes,
    };

    private static byte[] Of(byte value, int count) => [.. Enumerable.Repeat(value, count)];
}
