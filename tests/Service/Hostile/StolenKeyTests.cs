using System.Net;
using System.Net.Http.Headers;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Unit.Vault;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Coffer.Service.Hostile;

/// <summary>
/// What a machine's stolen key is worth against another machine: every address that the service answers at is tried
/// with it, as the service itself lists them, so that a new one cannot be forgotten.
/// </summary>
public sealed class StolenKeyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    /// <summary>May be asked by anybody; each is tested on its own.</summary>
    private static readonly string[] s_open =
    [
        "GET /health/live", "GET /health/ready", "GET /api/data/v1/vaults/{vault}/",
        "POST /api/data/v1/vaults/{vault}/tokens", "POST /api/data/v1/vaults/{vault}/servers",
        "POST /api/data/v1/vaults/{vault}/servers/search", "POST /api/data/v1/vaults/{vault}/grants/locks",
        "POST /api/data/v1/vaults/{vault}/grants", "POST /api/data/v1/vaults/{vault}/adoptions",
        "POST /api/data/v1/vaults/{vault}/joins",
        "POST /api/v1/vaults/{vault}/session", "POST /api/v1/vaults/{vault}/enrolments",
        "POST /api/v1/vaults/{vault}/enrolments/confirm", "GET /api/openapi.json",
    ];

    [Fact]
    public async Task EveryAddress_WithoutAToken_IsRefused()
    {
        using var http = Client();
        var tried = new List<string>();
        foreach (var (method, pattern) in Addresses())
        {
            if (s_open.Contains($"{method} {pattern}")) continue;
            string address = Fill(pattern, _ => Id128.Random().ToString());
            using var request = new HttpRequestMessage(new HttpMethod(method), address);
            using var response = await http.SendAsync(request);
            var expected = pattern.StartsWith("/console", StringComparison.Ordinal)
                ? HttpStatusCode.NotFound
                : HttpStatusCode.Unauthorized;
            response.StatusCode.ShouldBe(expected, $"{method} {pattern}");
            tried.Add(pattern);
        }
        tried.Count.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task EveryAddress_WithAnothersIds_ChangesNothingAndTellsNothing()
    {
        var victim = await service.RegisterAsync("victim");
        using var graph = new SealedGraph(victim.Keys);
        var (point, frame) = graph.AddPoint(1);
        await using var session = await victim.Vault.OpenSessionAsync(
            new SessionRequest(victim.Id, victim.Source, "volume", "/data", JobId.New()), default);
        await graph.PutAsync(session);
        (await session.CommitAsync(frame, Facts(1), default)).Point.ShouldNotBeNull();
        await using var reader = await victim.Vault.OpenReaderAsync(victim.Keys.Keyspace, default);
        var thief = await service.RegisterAsync("thief");
        using var http = Client();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(thief));

        foreach (var (method, pattern) in Addresses().Where(address => address.Pattern.Contains('{')))
        {
            if (s_open.Contains($"{method} {pattern}")) continue;
            string address = Fill(pattern, name => name switch
            {
                "machine" => victim.Id.ToString(),
                "keyspace" => victim.Keys.Keyspace.ToString(),
                "session" => session.Opening.Session.ToString(),
                "point" => point.ToString(),
                "pack" => point.ToString(),
                "kind" or "number" => "1",
                _ => Id128.Random().ToString(),
            });
            using var request = new HttpRequestMessage(new HttpMethod(method), address + Query(pattern, victim))
            {
                Content = method is "POST" or "PUT" ? new ByteArrayContent(Body(pattern, victim)) : null,
            };
            using var response = await http.SendAsync(request);
            string told = await response.Content.ReadAsStringAsync();
            bool isOfItself = pattern.EndsWith("/servers", StringComparison.Ordinal) // its own one only
                || pattern.EndsWith("/status", StringComparison.Ordinal)
                || pattern.EndsWith("/jobs", StringComparison.Ordinal)
                || method == "DELETE"; // of what it does not have
            if (!isOfItself)
                ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(400, $"{method} {pattern}: {told}");
            told.ShouldNotContain(victim.Id.ToString(), Case.Insensitive, $"{method} {pattern}");
        }

        (await victim.Vault.ListPointsAsync(new PointFilter(victim.Id), default)).Single().Id.ShouldBe(point);
        (await reader.ReadPointAsync(point, default)).ShouldBe(frame);
        // Its session still lives as well.
        (await session.CommitAsync(frame, Facts(1), default)).Point.ShouldNotBeNull();
        (await victim.Vault.ReadPolicyAsync(victim.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Source_OfAnother_IsRefused()
    {
        var victim = await service.RegisterAsync("owner");
        await using (await victim.Vault.OpenSessionAsync(
            new SessionRequest(victim.Id, victim.Source, "volume", "/data", JobId.New()), default))
        {
        }
        var thief = await service.RegisterAsync("taker");
        var fault = await Should.ThrowAsync<FaultException>(() => thief.Vault.OpenSessionAsync(
            new SessionRequest(thief.Id, victim.Source, "volume", "/data", JobId.New()), default));
        fault.Fault.Code.ShouldBe("vault.source");
    }

    [Fact]
    public async Task Assertion_UsedTwice_OrByAnotherKey_OrOfAnotherTime_IsRefused()
    {
        var machine = await service.RegisterAsync("signs");
        var vault = service.Host.Vaults[0];
        var request = Assertion(machine, Now);
        vault.IssueToken(request).Token.ShouldNotBeEmpty();
        Code(() => vault.IssueToken(request)).ShouldBe("machine.refused");
        var other = await service.RegisterAsync("forges");
        Code(() => vault.IssueToken(Assertion(other, Now) with { Machine = machine.Id }))
            .ShouldBe("machine.refused");
        Code(() => vault.IssueToken(Assertion(machine, Now.AddDays(1))))
            .ShouldBe("machine.clock");
        Code(() => vault.IssueToken(Assertion(machine, Now) with { Machine = MachineId.New() }))
            .ShouldBe("machine.refused");
    }

    [Fact]
    public async Task Register_ManyAtOnceWithOneKeyspace_LeavesOneThatWorks()
    {
        byte[] secret = service.Host.Vaults[0].MakeCredentials().Secret;
        await using var rightful = new ServedMachine("first", Path.Combine(service.Root, "first"));
        var request = rightful.Request();
        var all = Enumerable.Range(0, 8).Select(i => Task.Run(() =>
        {
            using var key = System.Security.Cryptography.ECDsa.Create(
                System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
            return service.Host.Vaults[0].Register(new ServiceRegistration(
                secret, request with { MachineKey = key.ExportSubjectPublicKeyInfo() }));
        })).ToList();
        await Task.WhenAll(all.Select(one => one.ContinueWith(_ => { }, TaskScheduler.Default)));
        all.Count(one => one.IsCompletedSuccessfully).ShouldBe(1);
        var other = await service.RegisterAsync("second");
        (await other.Vault.ReadStatusAsync(default)).Points.ShouldBe(0);
        service.Host.Vaults[0].Upkeep(new Vault.Upkeep.UpkeepRules(), () => true).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Register_UnderANameThatIsAnId_IsRefused()
    {
        var victim = await service.RegisterAsync("named");
        await using var thief = new ServedMachine(victim.Id.ToString(), Path.Combine(service.Root, "thief2"));
        byte[] secret = service.Host.Vaults[0].MakeCredentials().Secret;
        (await Should.ThrowAsync<FaultException>(() => thief.RegisterAsync(service.Address, secret)))
            .Fault.Code.ShouldBe("vault.registration");
    }

    [Fact]
    public async Task Tokens_BeyondThoseOfAMachine_EndItsOldest()
    {
        var machine = await service.RegisterAsync("hoards");
        var vault = service.Host.Vaults[0];
        string first = Token(machine);
        vault.Enter(first).Server.Id.ShouldBe(machine.Id);
        for (int i = 0; i < Vault.Serving.ServingRules.TokensPerMachine; i++) Token(machine);
        Code(() => vault.Enter(first)).ShouldBe("machine.token");
    }

    [Fact]
    public async Task Sequence_BeyondAllThatCanCome_IsRefused()
    {
        var machine = await service.RegisterAsync("jumps");
        using var graph = new SealedGraph(machine.Keys);
        var (_, frame) = graph.AddPoint(9);
        await using var session = await machine.Vault.OpenSessionAsync(
            new SessionRequest(machine.Id, machine.Source, "volume", "/data", JobId.New()), default);
        await graph.PutAsync(session);
        (await Should.ThrowAsync<FaultException>(() => session.CommitAsync(frame, Facts(long.MaxValue), default)))
            .Fault.Code.ShouldBe("vault.point-refused");
        (await session.CommitAsync(frame, Facts(1), default)).Point.ShouldNotBeNull();
    }

    [Fact]
    public async Task Credentials_UnknownOrSuperseded_RegisterNobody()
    {
        var vault = service.Host.Vaults[0];
        byte[] older = vault.MakeCredentials().Secret;
        vault.MakeCredentials();
        await using var machine = new ServedMachine("late", Path.Combine(service.Root, "late"));
        (await Should.ThrowAsync<FaultException>(() => machine.RegisterAsync(service.Address, older)))
            .Fault.Code.ShouldBe("credentials.superseded");
        (await Should.ThrowAsync<FaultException>(() => machine.RegisterAsync(service.Address, new byte[32])))
            .Fault.Code.ShouldBe("credentials.unknown");
    }

    [Fact]
    public async Task Certificate_OfAnotherKey_IsRefusedBeforeAnythingIsSent()
    {
        await using var machine = new ServedMachine("pins", Path.Combine(service.Root, "pins"));
        var wrong = service.Address with { Pin = new byte[32] };
        (await Should.ThrowAsync<FaultException>(
            () => machine.RegisterAsync(wrong, service.Host.Vaults[0].MakeCredentials().Secret)))
            .Fault.Code.ShouldBe("vault.certificate");
    }

    private List<(string Method, string Pattern)> Addresses()
    {
        var source = service.Host.Endpoints;
        return [.. source.Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Select(method => (method, Rooted(endpoint.RoutePattern.RawText!))))];
    }

    private static string Rooted(string pattern) => pattern.StartsWith('/') ? pattern : "/" + pattern;

    private string Fill(string pattern, Func<string, string> valueOf)
    {
        string address = pattern.Replace("{vault}", service.Host.Vaults[0].Id.ToString(), StringComparison.Ordinal);
        for (int from; (from = address.IndexOf('{')) >= 0;)
        {
            int to = address.IndexOf('}');
            address = address[..from] + valueOf(address[(from + 1)..to]) + address[(to + 1)..];
        }
        return address;
    }

    private static string Query(string pattern, ServedMachine victim) =>
        pattern.EndsWith("/points", StringComparison.Ordinal) ? $"?machine={victim.Id}" : "";

    private static byte[] Body(string pattern, ServedMachine victim) => pattern switch
    {
        _ when pattern.EndsWith("/sessions", StringComparison.Ordinal) =>
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                new SessionRequest(victim.Id, victim.Source, "volume", "/data", JobId.New()),
                WireJson.Default.SessionRequest),
        _ when pattern.EndsWith("/extend", StringComparison.Ordinal) =>
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                new Contracts.Protection.ExtendRequest(Now.AddDays(2)), WireJson.Default.ExtendRequest),
        _ when pattern.EndsWith("/readers", StringComparison.Ordinal) =>
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(victim.Keys.Keyspace, WireJson.Default.KeyspaceId),
        _ when pattern.EndsWith("/policy", StringComparison.Ordinal) =>
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                new Contracts.Registration.StoredPolicy(1, "{}"u8.ToArray()), WireJson.Default.StoredPolicy),
        _ when pattern.EndsWith("/envelopes/", StringComparison.Ordinal) =>
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new byte[100], WireJson.Default.ByteArray),
        _ => new byte[64],
    };

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = service.Address.Address,
    };

    private string Token(ServedMachine machine) => TokenOf(service, machine);

    internal static string TokenOf(ServiceFixture service, ServedMachine machine) =>
        service.Host.Vaults[0].IssueToken(Assertion(service, machine, Now)).Token;

    internal static bool IsOpen(Management.ApiOperation operation) =>
        s_open.Any(address => address.TrimEnd('/') == operation.ToString().TrimEnd('/'));

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private TokenRequest Assertion(ServedMachine machine, DateTimeOffset time) => Assertion(service, machine, time);

    internal static TokenRequest Assertion(ServiceFixture service, ServedMachine machine, DateTimeOffset time)
    {
        var nonce = Id128.Random();
        return new TokenRequest(machine.Id, time, nonce, machine.Sign(
            MachineAssertion.Message(
                service.Host.Vaults[0].Id, service.Host.Identity.Pin, machine.Id, time, nonce)));
    }

    private static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;

    internal static CommitFacts Facts(long sequence) => new(
        sequence, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), new PointStatistics());
}
