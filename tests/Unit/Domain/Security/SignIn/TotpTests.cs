using System.Text;
using Coffer.Domain.Security.SignIn;

namespace Coffer.Unit.Domain.Security.SignIn;

public sealed class TotpTests
{
    private static readonly byte[] s_key = "12345678901234567890"u8.ToArray();

    /// <summary>RFC 6238, appendix B, SHA-1: the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, 94287082)]
    [InlineData(1111111109, 07081804)]
    [InlineData(1111111111, 14050471)]
    [InlineData(1234567890, 89005924)]
    [InlineData(2000000000, 69279037)]
    [InlineData(20000000000, 65353130)]
    public void CodeAt_VectorsOfTheRfc_Agree(long seconds, int code) =>
        Totp.CodeAt(s_key, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))).ShouldBe(code % 1_000_000);

    /// <summary>RFC 4226, appendix D.</summary>
    [Fact]
    public void CodeAt_CountersOfTheHotpRfc_Agree() =>
        Enumerable.Range(0, 10).Select(step => Totp.CodeAt(s_key, step)).ShouldBe(
            [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489]);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(29, 0)]
    [InlineData(30, 1)]
    [InlineData(-1, -1)]
    [InlineData(-30, -1)]
    [InlineData(-31, -2)]
    public void StepAt_Seconds_AreThirtyEach(long seconds, long step) =>
        Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds)).ShouldBe(step);

    [Theory]
    [InlineData("123456", 123456)]
    [InlineData("000001", 1)]
    [InlineData(" 123 456 ", 123456)]
    [InlineData("12345", null)]
    [InlineData("1234567", null)]
    [InlineData("12345a", null)]
    [InlineData("١٢٣٤٥٦", null)]
    [InlineData("-12345", null)]
    [InlineData("", null)]
    public void Read_Typed_IsSixDigits(string typed, int? code) => Totp.Read(typed).ShouldBe(code);

    [Fact]
    public void Uri_NamesWithSigns_AreEscaped() =>
        Totp.Uri("Coffer: home", "a&b@c.d", "foobar"u8).ShouldBe(
            "otpauth://totp/Coffer%20%20home:a%26b%40c.d?secret=MZXW6YTBOI&issuer=Coffer%20%20home"
            + "&algorithm=SHA1&digits=6&period=30");

    [Fact]
    public void KeySize_OfThisClass_FillsWholeSigns() =>
        Base32.Encode(Encoding.ASCII.GetBytes(new string('a', Totp.KeySize))).Length.ShouldBe(32);
}
