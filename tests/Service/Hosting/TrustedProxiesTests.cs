using System.Net;
using System.Text;
using Coffer.Domain;
using Coffer.Server.Hosting;

namespace Coffer.Service.Hosting;

/// <summary>Whose address a request comes from behind a reverse proxy, and who can make one up.</summary>
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("203.0.113.9", "192.0.2.1", "203.0.113.9")] // of a stranger nothing is believed
    [InlineData("10.0.0.1", "192.0.2.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "198.51.100.7, 192.0.2.1", "192.0.2.1")] // what was there before the proxy came
    [InlineData("10.0.0.1", "198.51.100.7, 192.0.2.1, 10.0.0.2", "192.0.2.1")] // two of them, one behind the other
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")]
    [InlineData("10.0.0.1", "192.0.2.1, unknown", "10.0.0.1")] // what is before it was seen by nobody that is known
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "192.0.2.1:4711", "192.0.2.1")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("::ffff:10.0.0.1", "::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1::5", "192.0.2.1", "192.0.2.1")]
    public void CallerOf_IsTheLastThatATrustedOneSaw(string remote, string forwarded, string expected) =>
        Trusted.CallerOf(IPAddress.Parse(remote), [forwarded]).ShouldBe(IPAddress.Parse(expected));

    [Fact]
    public void CallerOf_SeveralHeaders_AreOneList() =>
        Trusted.CallerOf(IPAddress.Parse("10.0.0.1"), ["198.51.100.7", "192.0.2.1, 10.0.0.2"])
            .ShouldBe(IPAddress.Parse("192.0.2.1"));

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    public void ParseNetwork_OfNoAddress_IsRefused(string text) =>
        Should.Throw<FaultException>(() => TrustedProxies.ParseNetwork(text)).Fault.Code.ShouldBe("listen.proxy");

    [Theory]
    [InlineData(false, "address 127.0.0.1")]
    [InlineData(true, "address 192.0.2.1")]
    public async Task Service_TakesTheHeaderOnlyFromWhomItTrusts(bool isTrusted, string expected)
    {
        string root = Directory.CreateTempSubdirectory("coffer-proxied-").FullName;
        try
        {
            var options = new ServiceOptions(Path.Combine(root, "data"), new IPEndPoint(IPAddress.Loopback, 0))
            {
                Time = TimeProvider.System,
                TrustedProxies = isTrusted ? [TrustedProxies.ParseNetwork("127.0.0.0/8")] : [],
            };
            await using var host = await ServiceHost.StartAsync(options, default);
            using var http = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
            });
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(
                $"https://127.0.0.1:{host.Identity.Address.Port}/api/v1/vaults/{host.Vaults[0].Id}/enrolments"))
            {
                Content = new StringContent(
                    "{\"secret\":\"00\",\"password\":\"correct horse battery\"}", Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("X-Forwarded-For", "198.51.100.7, 192.0.2.1");
            using var response = await http.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            host.Vaults[0].ManageAtConsole().Security.ListAudit(null, null).Items[^1].Actor.ShouldBe(expected);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static TrustedProxies Trusted => new(
        [TrustedProxies.ParseNetwork("10.0.0.0/8"), TrustedProxies.ParseNetwork("2001:db8:1::5")]);
}
