using System.Net;
using Coffer.Domain;
using Coffer.Vault.Networks;

namespace Coffer.Unit.Vault.Networks;

public sealed class NetworkTextTests
{
    [Theory]
    [InlineData("10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("192.0.2.128/25", "192.0.2.128/25")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:DB8:7::1", "2001:db8:7::1/128")]
    [InlineData("::/0", "::/0")]
    public void Parse_Network_IsRead(string text, string network) =>
        NetworkText.Parse(text).ToString().ShouldBe(network);

    [Theory]
    [InlineData("")]
    [InlineData("any")]
    [InlineData("10.1")]
    [InlineData("10")]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0/-1")]
    [InlineData("10.1.0.0/")]
    [InlineData("10.1.0.0/16/8")]
    [InlineData("10.1.0.7/16")]
    [InlineData("010.1.0.0/16")]
    [InlineData("0x0a.1.0.0")]
    [InlineData("10.1.0.256")]
    [InlineData("10.1.0.0/16 ")]
    [InlineData("2001:db8::/129")]
    [InlineData("2001:db8::1/32")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[2001:db8::]/32")]
    [InlineData("::ffff:10.1.0.0/112")]
    [InlineData("vault.example")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        Should.Throw<FaultException>(() => NetworkText.Parse(text)).Fault.Code.ShouldBe("network.value");

    [Fact]
    public void Parse_AddressWithinANetwork_TellsBothThatMayBeMeant()
    {
        var fault = Should.Throw<FaultException>(() => NetworkText.Parse("10.1.7.9/16")).Fault;
        fault.Guidance.ShouldContain("10.1.0.0/16");
        fault.Guidance.ShouldContain("10.1.7.9 ");
    }

    [Fact]
    public void Plain_OfAnOlderAddressWithinANewerOne_IsTheOlder() =>
        NetworkText.Plain(IPAddress.Parse("::ffff:192.0.2.7")).ShouldBe(IPAddress.Parse("192.0.2.7"));
}
