using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Coffer.Contracts.Http;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security.Roles;
using Coffer.Server.Hosting;

namespace Coffer.Service.Management;

/// <summary>
/// A vault that answers certain networks only, asked from another one: over an address of this machine that is no
/// loopback, so that the service sees it as it sees any.
/// </summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("coffer-networks-").FullName;
    private readonly IPAddress? _own = OwnAddress();
    private ServiceHost _host = null!;

    private string VaultPath => $"/api/v1/vaults/{_host.Vaults[0].Id}";

    public async ValueTask InitializeAsync() => _host = await ServiceHost.StartAsync(
        new ServiceOptions(Path.Combine(_root, "data"), new IPEndPoint(IPAddress.Any, 0))
        {
            Time = TimeProvider.System,
        },
        default);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task EveryAddressOfTheVault_FromAnotherNetwork_IsRefused()
    {
        Assert.SkipWhen(_own is null, "this machine has no address but loopback");
        using var from = Client(_own);
        var addresses = await AddressesAsync(from);
        Set("198.51.100.0/24");
        foreach (var (method, address) in addresses)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), address);
            using var response = await from.SendAsync(request);
            string told = await response.Content.ReadAsStringAsync();
            bool isOfAVault = address.Contains(_host.Vaults[0].Id.ToString(), StringComparison.Ordinal);
            bool isRefused = told.Contains("\"network.refused\"", StringComparison.Ordinal);
            (isRefused, isRefused && response.StatusCode == HttpStatusCode.Forbidden)
                .ShouldBe((isOfAVault, isOfAVault), $"{method} {address}: {told}");
            told.ShouldNotContain("198.51.100.", Case.Sensitive, "which networks it answers is not told");
        }
        addresses.Count(pair => pair.Address.Contains("/data/", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
        addresses.Count(pair => pair.Address.Contains(VaultPath, StringComparison.Ordinal)).ShouldBeGreaterThan(40);
        var entry = _host.Vaults[0].ManageAtConsole().Security.ListAudit(null, 500).Items
            .First(one => one.Details.Contains(KeyValuePair.Create("code", "network.refused")));
        entry.Actor.ShouldBe($"address {_own}");
    }

    [Fact]
    public async Task Machine_InANetworkThatIsAnswered_IsServed_AndElsewhereToldWhyNot()
    {
        Assert.SkipWhen(_own is null, "this machine has no address but loopback");
        var address = new ServiceAddress(
            new Uri($"https://{_own}:{_host.Identity.Address.Port}/"), _host.Identity.Pin, _host.Vaults[0].Id,
            "default");
        await using var machine = new ServedMachine("moves", Path.Combine(_root, "moves"));
        await machine.RegisterAsync(address, _host.Vaults[0].MakeCredentials().Secret);
        Set($"{_own}");
        (await machine.Vault.ListServersAsync(default)).Count.ShouldBe(1);
        Set("198.51.100.0/24"); // it has a token already
        var fault = (await Should.ThrowAsync<FaultException>(() => machine.Vault.ListServersAsync(default))).Fault;
        (fault.Code, fault.Message.Contains($"{_own}", StringComparison.Ordinal)).ShouldBe(("network.refused", true));
        await using var local = machine.Open(address with
        {
            Address = new Uri($"https://127.0.0.1:{_host.Identity.Address.Port}/"),
        });
        (await local.ListServersAsync(default)).Count.ShouldBe(1); // from the vault's own machine
    }

    [Fact]
    public async Task Networks_OverTheApi_AreNotChangedUnseen_NorWithWhoeverAsksShutOutUnsaid()
    {
        Assert.SkipWhen(_own is null, "this machine has no address but loopback");
        using var http = Client(_own);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", await People.TokenAsync(_host.Vaults[0], "chief", [Role.SecurityAdministrator]));
        using var seen = await http.GetAsync(VaultPath + "/networks");
        string tag = seen.Headers.ETag!.Tag;
        (await PutAsync(http, tag, "{\"networks\":[\"198.51.100.0/24\"]}")).ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(http, tag, $"{{\"networks\":[\"{_own}\"]}}")).ShouldBe(HttpStatusCode.OK);
        (await PutAsync(http, tag, "{\"networks\":[]}")).ShouldBe(HttpStatusCode.PreconditionFailed);
        (await PutAsync(http, "*", "{\"networks\":[\"198.51.100.0/24\"],\"mayExcludeMe\":true}"))
            .ShouldBe(HttpStatusCode.OK);
        using var refused = await http.GetAsync(VaultPath + "/networks");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<HttpStatusCode> PutAsync(HttpClient http, string tag, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, VaultPath + "/networks")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    // As the service itself lists them, so that a new one cannot be forgotten.
    private async Task<List<(string Method, string Address)>> AddressesAsync(HttpClient http)
    {
        var all = await ApiDocumentReader.ReadAsync(http);
        return [.. all.Select(operation => (operation.Method, ApiDocumentReader.Fill(operation.Path, name => name switch
        {
            "vault" => _host.Vaults[0].Id.ToString(),
            "point" or "pack" => $"{Id128.Random()}{Id128.Random()}",
            "kind" or "number" => "1",
            _ => Id128.Random().ToString(),
        })))];
    }

    private void Set(params string[] networks) =>
        _host.Vaults[0].ManageAtConsole().Networks.Set(new NetworksRequest(networks), null);

    private HttpClient Client(IPAddress address) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = new Uri($"https://{address}:{_host.Identity.Address.Port}/"),
    };

    private static IPAddress? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork
            && !IPAddress.IsLoopback(address));
}
