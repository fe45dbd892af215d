using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Operations;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Vault.Sharing;

/// <summary>Who becomes a member of a shared keyspace, and what a member may do to the others' backups.</summary>
public sealed class JoinTests
{
    [Fact]
    public async Task Join_TakesThePassphraseAndAnApprovalOfTheVeryKey()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        byte[] key = VaultFixture.NewPublicKey(), other = VaultFixture.NewPublicKey();
        scene.Ask(key, passphrase: "not the passphrase at all").ShouldBe("vault.proof");
        var servers = scene.Vault.ManageAtConsole().Servers;
        servers.ListJoins().Items.ShouldBeEmpty();
        scene.Ask(key).ShouldBe("join.pending");
        scene.Ask(other).ShouldBe("join.pending");
        await scene.RestartAsync();
        servers = scene.Vault.ManageAtConsole().Servers;
        servers.ListJoins().Items.Select(join => join.Key)
            .ShouldBe([FleetScene.KeyText(key), FleetScene.KeyText(other)], ignoreOrder: true);
        servers.DecideJoin(FleetScene.KeyText(other), isApproved: false);
        FleetScene.Code(() => servers.DecideJoin("0123456789abcdef", isApproved: true)).ShouldBe("join.unknown");
        servers.DecideJoin(FleetScene.KeyText(key), isApproved: true);

        scene.Ask(other).ShouldBe("join.pending");
        var joined = scene.Vault.Join(new ServiceJoin(scene.Secret(), scene.Request(key)));
        joined.Keyspace.ShouldBe(scene.Keyspace);
        joined.Id.ShouldNotBe(scene.First);
        scene.Vault.Join(new ServiceJoin(scene.Secret(), scene.Request(key))).Id.ShouldBe(joined.Id); // asked again
        servers.Show(joined.Id).Sharing!.OtherMembers.ShouldBe(2);
        scene.Audited().ShouldContain("joins.ask");
        scene.Audited().ShouldContain("joins.deny");
        scene.Audited().ShouldContain("joins.approve");
    }

    [Fact]
    public async Task Join_WithProofsOfAnotherKind_OrForAnotherKey_IsRefused()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        byte[] key = VaultFixture.NewPublicKey();
        var request = scene.Request(key) with { MachineKey = VaultFixture.NewPublicKey() };
        FleetScene.Code(() => scene.Vault.Join(new ServiceJoin(scene.Secret(), request))).ShouldBe("vault.proof");
        var adoption = new AdoptionRequest(scene.First, "new", key, scene.Request(key).Proof);
        FleetScene.Code(() => scene.Vault.Adopt(new ServiceAdoption(scene.Secret(), adoption)))
            .ShouldBe("vault.proof");
    }

    [Fact]
    public async Task Join_OfAKeyspaceThatWasNotShared_IsRefusedWithTheRightPassphraseToo()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using var keys = KeyspaceKeys.New();
        var lonely = scene.Vault.Register(new ServiceRegistration(
            scene.Secret(), Requests.Alone(keys, VaultFixture.NewPublicKey())));
        byte[] key = VaultFixture.NewPublicKey();
        FleetScene.Code(() => scene.Vault.Join(new ServiceJoin(
            scene.Secret(), Requests.Join(scene.Vault, lonely, key)))).ShouldBe("keyspace.private");
        scene.Vault.ManageAtConsole().Servers.ListJoins().Items.ShouldBeEmpty();
        scene.Vault.ManageAtConsole().Servers.Show(lonely.Id).Sharing.ShouldBeNull();
    }

    [Fact]
    public async Task Member_ReadsTheOthersPoints_AndThatIsRecorded()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var point = await scene.BackUpAsync(scene.First, graph, 1);
        var member = scene.Access(scene.Second);
        member.ListMembers().Select(server => server.Id).ShouldBe([scene.Second, scene.First]);
        (await member.ListPointsAsync(new PointFilter(scene.First), default)).Single().Id.ShouldBe(point);
        scene.Audited().ShouldContain("servers.read-member");
        var reader = member.OpenReader(scene.Keyspace);
        (await member.ReadPointAsync(reader.Reader, point, default)).ShouldNotBeEmpty();
        await member.CloseReaderAsync(reader.Reader);
        scene.Audited().Count(operation => operation == "servers.read-member").ShouldBe(1); // an hour, one entry
    }

    [Fact]
    public async Task Member_ChangesNothingOfTheOthers()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var point = await scene.BackUpAsync(scene.First, graph, 1);
        var (source, member) = (scene.SourceOf(scene.First), scene.Access(scene.Second));
        var stop = new StopRequest(StopWay.DeleteData);
        string pin = scene.Vault.ManageAtConsole().Security.MakePin(new Contracts.Management.PinRequest(
            CriticalOperation.DeleteData, scene.Second, $"source {source}")).Pin;
        string[] codes =
        [
            FleetScene.Code(() => member.Stop(source, stop, pin)), FleetScene.Code(() => member.Resume(source)),
            FleetScene.Code(() => member.Undelete(source)), FleetScene.Code(() => member.Hold(point)),
            FleetScene.Code(() => member.Release(point, pin)),
            FleetScene.Code(() => member.ListBackupItems(scene.First)),
            FleetScene.Code(() => member.StorePolicy(scene.First, new StoredPolicy(1, "{}"u8.ToArray()), pin)),
        ];
        codes.ShouldAllBe(code => code == "machine.not-yours");
        (await Should.ThrowAsync<FaultException>(() => member.ReadPolicyAsync(scene.First, default)))
            .Fault.Code.ShouldBe("machine.not-yours");
        (await Should.ThrowAsync<FaultException>(() => member.OpenSessionAsync(
            new Contracts.Sessions.SessionRequest(scene.First, source, "volume", "/", JobId.New()), default)))
            .Fault.Code.ShouldBe("machine.not-yours");
        (await Should.ThrowAsync<FaultException>(() => member.OpenSessionAsync(
            new Contracts.Sessions.SessionRequest(scene.Second, source, "volume", "/", JobId.New()), default)))
            .Fault.Code.ShouldBe("vault.source");
        (await scene.Access(scene.First).ListPointsAsync(new PointFilter(scene.First), default))
            .Single().State.ShouldBe(PointState.Live);
    }

    [Fact]
    public async Task Member_ThatLeaves_DeletesItsOwnAndTheOthersGoOn()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var kept = await scene.BackUpAsync(scene.First, graph, 1);
        var gone = await scene.BackUpAsync(scene.Second, graph, 2);
        scene.Access(scene.Second).Unregister(scene.Vault.ManageAtConsole().Security.MakePin(
            new Contracts.Management.PinRequest(
                CriticalOperation.Unregister, scene.Second, $"server {scene.Second}")).Pin);
        var points = scene.Vault.Engine.Opened.Catalog.Points;
        points.Find(kept)!.State.ShouldBe(PointState.Live);
        points.Find(gone)!.State.ShouldBe(PointState.SoftDeleted);
        await scene.BackUpAsync(scene.First, graph, 3, sequence: 2);
        scene.Join("third").Keyspace.ShouldBe(scene.Keyspace);
    }

    [Fact]
    public async Task TablesLost_MembersAndTermsComeBack()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.First, graph, 1);
        byte[] waiting = VaultFixture.NewPublicKey();
        scene.Ask(waiting).ShouldBe("join.pending");
        await scene.RecoverAsync();
        var servers = scene.Vault.ManageAtConsole().Servers;
        var shown = servers.Show(scene.Second);
        shown.Sharing!.MembersTrustEachOther.ShouldBeFalse();
        shown.Sharing.OtherMembers.ShouldBe(1);
        servers.ListJoins().Items.Single().Key.ShouldBe(FleetScene.KeyText(waiting));
        (await scene.HasAllAsync(scene.First, graph.Ids.Take(4))).ShouldBeTrue();
        (await scene.HasAnyAsync(scene.Second, graph.Ids)).ShouldBeFalse();
    }
}
