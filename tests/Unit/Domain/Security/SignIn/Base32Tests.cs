using System.Text;
using Coffer.Domain.Security.SignIn;

namespace Coffer.Unit.Domain.Security.SignIn;

public sealed class Base32Tests
{
    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY======")]
    [InlineData("fo", "MZXQ====")]
    [InlineData("foo", "MZXW6===")]
    [InlineData("foob", "MZXW6YQ=")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI======")]
    public void Encode_VectorsOfTheRfc_GiveTheTextWithoutPadding(string plain, string text)
    {
        Base32.Encode(Encoding.ASCII.GetBytes(plain)).ShouldBe(text.TrimEnd('='));
        Base32.Decode(text).ShouldBe(Encoding.ASCII.GetBytes(plain));
        Base32.Decode(text.TrimEnd('=').ToLowerInvariant()).ShouldBe(Encoding.ASCII.GetBytes(plain));
    }

    [Theory]
    [InlineData("mzxw 6ytb oi", true)]
    [InlineData("M", false)]
    [InlineData("MZX", false)]
    [InlineData("MZXW6Y", false)]
    [InlineData("MZ", false)]
    [InlineData("M0", false)]
    [InlineData("M1", false)]
    [InlineData("MY=A", false)]
    [InlineData("MÝ", false)]
    public void Decode_OtherText_IsTakenOrRefused(string text, bool taken) =>
        (Base32.Decode(text) is not null).ShouldBe(taken);

    [Fact]
    public void Decode_WhatWasEncoded_GivesItBack()
    {
        for (int length = 0; length < 40; length++)
        {
            byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 41 + length))];
            Base32.Decode(Base32.Encode(bytes)).ShouldBe(bytes);
        }
    }
}
