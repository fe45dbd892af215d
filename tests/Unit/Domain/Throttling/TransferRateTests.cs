using Coffer.Domain;
using Coffer.Domain.Throttling;

namespace Coffer.Unit.Domain.Throttling;

public sealed class TransferRateTests
{
    [Theory]
    [InlineData("10Mbps", 10_000_000)]
    [InlineData("10Mbit", 10_000_000)]
    [InlineData("10 mbit/s", 10_000_000)]
    [InlineData("512Kbps", 512_000)]
    [InlineData("512 kbps", 512_000)]
    [InlineData("1023Mbps", 1_023_000_000)]
    [InlineData("1.5Gbit/s", 1_500_000_000)]
    [InlineData("0.064Mbps", 64_000)]
    [InlineData("64000bps", 64_000)]
    [InlineData("1000Gbps", 1_000_000_000_000)]
    public void Parse_ARate_IsInBitsWithDecimalMultiples(string text, long bits)
    {
        var rate = TransferRate.Parse(text);
        rate.BitsPerSecond.ShouldBe(bits);
        TransferRate.Parse(rate.ToString()).ShouldBe(rate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("Mbps")]
    [InlineData("fast")]
    [InlineData("-10Mbps")]
    [InlineData("10Tbps")]
    [InlineData("1,5Mbps")]
    [InlineData("1.5.5Mbps")]
    [InlineData(".")]
    [InlineData("10 M")]
    [InlineData("99999999999999999999999999999999999999Mbps")]
    // Bytes, or perhaps bytes.
    [InlineData("10MBps")]
    [InlineData("10MB/s")]
    [InlineData("10MiB")]
    // Outside of the limits.
    [InlineData("63Kbps")]
    [InlineData("0Mbps")]
    [InlineData("1001Gbps")]
    public void Parse_WhatIsNone_IsRefused(string text) =>
        Should.Throw<FaultException>(() => TransferRate.Parse(text)).Fault.Code.ShouldBe("throttle.rate");

    [Theory]
    [InlineData(64_000, "64 Kbps")]
    [InlineData(10_000_000, "10 Mbps")]
    [InlineData(1_500_000, "1.5 Mbps")]
    [InlineData(1_023_000_000, "1.023 Gbps")]
    public void Text_IsInTheLargestUnit(long bits, string text) =>
        TransferRate.Of(bits).ShouldNotBeNull().ToString().ShouldBe(text);
}
