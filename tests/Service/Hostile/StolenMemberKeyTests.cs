using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Format.Envelopes;
using Coffer.Format.Packs;
using Coffer.Sealing.Envelopes;
using Coffer.Service.Management;
using Coffer.Unit.Vault;

namespace Coffer.Service.Hostile;

/// <summary>
/// What the stolen key of one machine is worth against the others of a shared keyspace: it reads their points, which is
/// said before joining and recorded; it changes nothing of theirs.
/// </summary>
public sealed class StolenMemberKeyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private Coffer.Vault.Serving.ServedVault Vault => service.Host.Vaults[0];

    [Fact]
    public async Task EveryAddress_WithAMembersKeyAndAnothersIds_LosesNothing()
    {
        var victim = await service.RegisterAsync("member", new SharingTerms(MembersTrustEachOther: false));
        var thief = await service.JoinAsync("taken", victim);
        using var graph = new SealedGraph(victim.Keys);
        var (point, frame) = await CommitAsync(victim, graph, 1);

        using var http = People.Client(service);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", StolenKeyTests.TokenOf(service, thief));
        var operations = await ApiDocumentReader.ReadAsync(service);
        foreach (var operation in operations)
        {
            // Ends the thief's own registration alone, and with that what else it could try.
            if (operation.Path.EndsWith("/data/v1/vaults/{vault}/unregister", StringComparison.Ordinal)) continue;
            foreach (string body in Bodies(operation, victim)) await TryAsync(http, operation, body, victim, point);
        }

        (await ListAsync(victim, victim.Id)).Single().State.ShouldBe(PointState.Live);
        (await ReadAsync(victim, point)).ShouldBe(frame);
        var item = Vault.ManageAtConsole().Items.Show(victim.Source);
        (item.Points, item.Protection, item.HeldPoints).ShouldBe((1, ProtectionState.Protected, 0));
        (await victim.Vault.ReadPolicyAsync(victim.Id, default)).ShouldBeNull();
        var (second, secondFrame) = await CommitAsync(victim, graph, 2);
        (await ReadAsync(victim, second)).ShouldBe(secondFrame);

        (await ReadAsync(thief, point)).ShouldBe(frame);
        Vault.ManageAtConsole().Security.ListAudit(null, 1000).Items.ShouldContain(entry =>
            entry.Operation == "servers.read-member" && entry.Object == $"server {victim.Id}"
            && entry.Actor.Contains("machine taken", StringComparison.Ordinal));

        // Revoked, it reaches the vault no more, and the others go on.
        Vault.ManageAtConsole().Servers.Revoke(thief.Id);
        (await Should.ThrowAsync<FaultException>(() => ListAsync(thief, victim.Id)))
            .Fault.Code.ShouldBe("machine.refused");
        await CommitAsync(victim, graph, 3);
    }

    [Fact]
    public async Task Machine_ThatIsNoMember_ReadsNothing()
    {
        var member = await service.RegisterAsync("inside", new SharingTerms(MembersTrustEachOther: true));
        var other = await service.RegisterAsync("outside");
        using var graph = new SealedGraph(member.Keys);
        var (point, _) = await CommitAsync(member, graph, 1);
        (await CodeAsync(() => ListAsync(other, member.Id))).ShouldBe("machine.not-yours");
        (await CodeAsync(() => other.Vault.OpenReaderAsync(member.Keys.Keyspace, default)))
            .ShouldBe("machine.not-yours");
        (await other.Vault.ListServersAsync(default)).Select(server => server.Id).ShouldBe([other.Id]);
        await using var reader = await other.Vault.OpenReaderAsync(other.Keys.Keyspace, default);
        (await CodeAsync(() => reader.ReadPointAsync(point, default))).ShouldBe("machine.not-yours");
    }

    [Fact]
    public async Task Passphrase_ChangedByOneMember_IsInForceForAllAndThrowsNobodyOut()
    {
        var first = await service.RegisterAsync("changes", new SharingTerms(MembersTrustEachOther: true));
        var second = await service.JoinAsync("keeps", first);
        byte[] changed = EnvelopeSealer.Create(
            first.Keys, "another passphrase of tests", 2, Argon2Parameters.Default).Bytes.ToArray();
        await first.Vault.StoreEnvelopeAsync(first.Keys.Keyspace, changed, default);
        (await CodeAsync(() => first.Vault.ActivateEnvelopeAsync(first.Keys.Keyspace, 1, 2, default)))
            .ShouldBe("pin.needed");
        await Vault.Engine.ActivateEnvelopeAsync(first.Keys.Keyspace, 1, 2, default); // as with a PIN
        (await second.Vault.ReadEnvelopesAsync(second.Keys.Keyspace, default)).Single().ShouldBe(changed);
        EnvelopeSealer.IsSigned(Envelope.Decode(changed, "envelope"), second.Keys).ShouldBeTrue();
        using var graph = new SealedGraph(second.Keys);
        await CommitAsync(second, graph, 1); // its packs carry the new one
    }

    [Fact]
    public async Task Members_ThatTrustEachOther_SendWhatIsThereOnce()
    {
        var first = await service.RegisterAsync("sends", new SharingTerms(MembersTrustEachOther: true));
        var second = await service.JoinAsync("has", first);
        using var graph = new SealedGraph(first.Keys);
        await CommitAsync(first, graph, 1);
        await using var session = await second.Vault.OpenSessionAsync(SessionOf(second), default);
        ObjectId[] chunks = [.. graph.Ids];
        var present = new bool[chunks.Length];
        await session.HaveAsync(chunks, present, default);
        present.ShouldAllBe(has => has);
        graph.Frames(PackClass.Data).ShouldNotBeEmpty();
    }

    private async Task TryAsync(
        HttpClient http, ApiOperation operation, string body, ServedMachine victim, ObjectId point)
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
        request.Headers.Add("Coffer-Pin", "AAAAA-AAAAA");
        if (operation.Method is "POST" or "PUT" or "PATCH")
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        ((int)response.StatusCode).ShouldBeLessThan(500, $"{operation} {body}: {response.StatusCode}");
    }

    private static IEnumerable<string> Bodies(ApiOperation operation, ServedMachine victim)
    {
        yield return "{}";
        if (operation.Path.EndsWith("/stop", StringComparison.Ordinal))
            foreach (var way in Enum.GetValues<StopWay>())
                yield return $$"""{"way":"{{way}}"}""";
        if (operation.Path.EndsWith("/policy", StringComparison.Ordinal))
            yield return JsonSerializer.Serialize(
                new StoredPolicy(long.MaxValue, "{}"u8.ToArray()), WireJson.Default.StoredPolicy);
        if (operation.Path.EndsWith("/sessions", StringComparison.Ordinal))
            yield return JsonSerializer.Serialize(SessionOf(victim), WireJson.Default.SessionRequest);
    }

    private static SessionRequest SessionOf(ServedMachine machine) =>
        new(machine.Id, machine.Source, "volume", "/data", JobId.New());

    private static Task<IReadOnlyList<PointDescription>> ListAsync(ServedMachine machine, MachineId whose) =>
        machine.Vault.ListPointsAsync(new PointFilter(whose), default);

    private static async Task<byte[]> ReadAsync(ServedMachine machine, ObjectId point)
    {
        await using var reader = await machine.Vault.OpenReaderAsync(machine.Keys.Keyspace, default);
        return await reader.ReadPointAsync(point, default);
    }

    private static async Task<(ObjectId Id, byte[] Frame)> CommitAsync(
        ServedMachine machine, SealedGraph graph, int sequence)
    {
        var point = graph.AddPoint(sequence + 50);
        await using var session = await machine.Vault.OpenSessionAsync(SessionOf(machine), default);
        await graph.PutAsync(session);
        (await session.CommitAsync(point.Frame, StolenKeyTests.Facts(sequence), default)).Point.ShouldNotBeNull();
        return point;
    }

    private static async Task<string> CodeAsync(Func<Task> act) =>
        (await Should.ThrowAsync<FaultException>(act)).Fault.Code;
}
