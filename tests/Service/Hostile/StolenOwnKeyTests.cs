using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Service.Management;
using Coffer.Unit.Vault;

namespace Coffer.Service.Hostile;

/// <summary>
/// What a machine's stolen key is worth against that machine's own backups: whoever has it tries every verb that the
/// service tells of, known and guessed, and every acknowledged point stands.
/// </summary>
public sealed class StolenOwnKeyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private Coffer.Vault.Serving.ServedVault Vault => service.Host.Vaults[0];

    [Fact]
    public async Task EveryAddress_WithTheMachinesOwnKeyAndIds_LosesNothing()
    {
        var victim = await service.RegisterAsync("victim");
        using var graph = new SealedGraph(victim.Keys);
        var (point, frame) = await CommitAsync(victim, graph, 1);
        var bystander = await service.RegisterAsync("bystander");
        using var theirs = new SealedGraph(bystander.Keys);
        var (theirPoint, _) = await CommitAsync(bystander, theirs, 1);

        using var http = People.Client(service);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", StolenKeyTests.TokenOf(service, victim));
        var operations = await ApiDocumentReader.ReadAsync(service);
        operations.Count.ShouldBeGreaterThan(60);
        foreach (string pin in (string[])["", "AAAAA-AAAAA"])
            foreach (var operation in operations)
                foreach (string body in Bodies(operation, victim))
                    await TryAsync(http, operation, body, pin, victim, point);

        await ShouldStandAsync(victim, point, frame);
        (await bystander.Vault.ListPointsAsync(new PointFilter(bystander.Id), default))
            .Single().Id.ShouldBe(theirPoint);
        Vault.ManageAtConsole().Items.Show(victim.Source).Points.ShouldBe(1);
        var refused = Vault.ManageAtConsole().Security.ListAudit(null, 1000).Items
            .Where(entry => entry.Actor.Contains("machine victim", StringComparison.Ordinal)).ToList();
        refused.ShouldContain(entry => entry.Operation.Contains("/stop", StringComparison.Ordinal)
            && entry.Details.Any(detail => detail.Value == "pin.needed"));
        refused.ShouldContain(entry => entry.Operation.Contains("/unregister", StringComparison.Ordinal));
        Vault.ManageAtConsole().Security.VerifyAudit(null).Finding.ShouldBeNull();

        // Its owner takes the key away and goes on; what the thief left behind holds up nothing.
        Vault.ManageAtConsole().Servers.Revoke(victim.Id);
        (await Should.ThrowAsync<FaultException>(() => victim.Vault.ReadStatusAsync(default)))
            .Fault.Code.ShouldBe("machine.refused");
        await victim.AdoptItselfAsync(service.Address, Vault.MakeCredentials().Secret,
            () => Vault.ManageAtConsole().Servers.DecideAdoption(victim.Id, isApproved: true, new AdoptionDecision()));
        await victim.Vault.ResumeProtectionAsync(victim.Source, default);
        var (second, secondFrame) = await CommitAsync(victim, graph, 2);
        await ShouldReadAsync(victim, second, secondFrame);
        await ShouldReadAsync(victim, point, frame);
    }

    [Fact]
    public async Task Points_BeyondADaysNumber_AreRefusedAndThoseBeforeStand()
    {
        var machine = await service.RegisterAsync("floods");
        using var graph = new SealedGraph(machine.Keys);
        var (first, frame) = await CommitAsync(machine, graph, 1);
        for (int sequence = 2; sequence <= 9; sequence++) await CommitAsync(machine, graph, sequence);
        (await Should.ThrowAsync<FaultException>(() => CommitAsync(machine, graph, 10)))
            .Fault.Code.ShouldBe("points.flood");
        await ShouldReadAsync(machine, first, frame);
    }

    [Fact]
    public async Task Quota_Filled_RefusesMoreAndKeepsWhatIsThere()
    {
        var machine = await service.RegisterAsync("fills");
        using var graph = new SealedGraph(machine.Keys);
        var (first, frame) = await CommitAsync(machine, graph, 1);
        Vault.ManageAtConsole().Servers.SetQuota(machine.Id, new QuotaRequest(Bytes: 1));
        (await Should.ThrowAsync<FaultException>(() => CommitAsync(machine, graph, 2)))
            .Fault.Code.ShouldBe("quota.server");
        await ShouldReadAsync(machine, first, frame);
        Vault.ManageAtConsole().Servers.SetQuota(machine.Id, new QuotaRequest(Bytes: null));
        await CommitAsync(machine, graph, 3);
    }

    [Fact]
    public async Task RegisteredAnew_UnderTheSameName_ReachesNothingOfTheOldOne()
    {
        var owner = await service.RegisterAsync("twin");
        using var graph = new SealedGraph(owner.Keys);
        var (point, frame) = await CommitAsync(owner, graph, 1);
        await using var thief = new ServedMachine("twin", Path.Combine(service.Root, "twin2"));
        await thief.RegisterAsync(service.Address, Vault.MakeCredentials().Secret);
        thief.Id.ShouldNotBe(owner.Id);
        (await thief.Vault.ListPointsAsync(new PointFilter(thief.Id), default)).ShouldBeEmpty();
        (await Should.ThrowAsync<FaultException>(() => thief.Vault.StopProtectionAsync(
            owner.Source, new StopRequest(StopWay.RetainData), default))).Fault.Code.ShouldBe("machine.not-yours");
        await ShouldReadAsync(owner, point, frame);
    }

    [Fact]
    public async Task Envelope_Replayed_OrPutInForceWithoutAPin_IsRefused()
    {
        var machine = await service.RegisterAsync("envelopes");
        var keyspace = machine.Keys.Keyspace;
        byte[] first = (await machine.Vault.ReadEnvelopesAsync(keyspace, default)).Single();
        byte[] second = EnvelopeSealer.Create(
            machine.Keys, "another passphrase of tests", 2, Argon2Parameters.Default).Bytes.ToArray();
        await machine.Vault.StoreEnvelopeAsync(keyspace, second, default);
        (await Should.ThrowAsync<FaultException>(() => machine.Vault.ActivateEnvelopeAsync(keyspace, 1, 2, default)))
            .Fault.Code.ShouldBe("pin.needed");
        await machine.Vault.StoreEnvelopeAsync(keyspace, first, default); // sent again: nothing
        (await machine.Vault.ReadEnvelopesAsync(keyspace, default)).Single().ShouldBe(first);
    }

    private async Task TryAsync(
        HttpClient http, ApiOperation operation, string body, string pin, ServedMachine victim, ObjectId point)
    {
        string path = ApiDocumentReader.Fill(operation.Path, name => name switch
        {
            "vault" => Vault.Id.ToString(),
            "machine" => victim.Id.ToString(),
            "keyspace" => victim.Keys.Keyspace.ToString(),
            "source" => victim.Source.ToString(),
            "point" or "pack" => point.ToString(),
            "kind" or "number" => "1",
            _ => Id128.Random().ToString(),
        });
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
        if (pin.Length > 0) request.Headers.Add("Coffer-Pin", pin);
        if (operation.Method is "POST" or "PUT" or "PATCH")
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        ((int)response.StatusCode).ShouldBeLessThan(500, $"{operation} {body}: {response.StatusCode}");
    }

    private static IEnumerable<string> Bodies(ApiOperation operation, ServedMachine victim)
    {
        yield return "";
        if (operation.Method is not ("POST" or "PUT" or "PATCH")) yield break;
        yield return "{}";
        yield return new string('[', 5000);
        if (operation.Path.EndsWith("/stop", StringComparison.Ordinal))
            foreach (var way in Enum.GetValues<StopWay>())
                yield return $$"""{"way":"{{way}}"}""";
        if (operation.Path.EndsWith("/policy", StringComparison.Ordinal))
            yield return JsonSerializer.Serialize(
                new Contracts.Registration.StoredPolicy(long.MaxValue, "{}"u8.ToArray()),
                WireJson.Default.StoredPolicy);
        if (operation.Path.EndsWith("/sessions", StringComparison.Ordinal))
            yield return JsonSerializer.Serialize(
                new SessionRequest(victim.Id, victim.Source, "volume", "/elsewhere", JobId.New()),
                WireJson.Default.SessionRequest);
        if (operation.Path.EndsWith("/unregister", StringComparison.Ordinal))
            yield return """{"name":"victim","backupItems":1}""";
    }

    private static async Task ShouldStandAsync(ServedMachine machine, ObjectId point, byte[] frame)
    {
        var listed = (await machine.Vault.ListPointsAsync(new PointFilter(machine.Id), default)).Single();
        (listed.Id, listed.State).ShouldBe((point, PointState.Live));
        await ShouldReadAsync(machine, point, frame);
    }

    private static async Task ShouldReadAsync(ServedMachine machine, ObjectId point, byte[] frame)
    {
        await using var reader = await machine.Vault.OpenReaderAsync(machine.Keys.Keyspace, default);
        (await reader.ReadPointAsync(point, default)).ShouldBe(frame);
    }

    private static async Task<(ObjectId Id, byte[] Frame)> CommitAsync(
        ServedMachine machine, SealedGraph graph, int sequence)
    {
        var point = graph.AddPoint(sequence + 50);
        await using var session = await machine.Vault.OpenSessionAsync(
            new SessionRequest(machine.Id, machine.Source, "volume", "/data", JobId.New()), default);
        await graph.PutAsync(session);
        (await session.CommitAsync(point.Frame, StolenKeyTests.Facts(sequence), default)).Point.ShouldNotBeNull();
        return point;
    }
}
