using System.Security.Cryptography;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Operations;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Unit.Vault.Security;
using Coffer.Vault.Documents;
using Coffer.Vault.Security;
using Coffer.Vault.Servers;

namespace Coffer.Unit.Vault.Servers;

/// <summary>Adopting, revoking and unregistering.</summary>
public sealed class ServerDeskTests
{
    [Fact]
    public async Task Adoption_TakesThePassphraseAndAnApprovalThenTheOldKeyIsWorthNothing()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        byte[] secret = scenario.Vault.MakeCredentials().Secret;
        byte[] oldKey = InForce(scenario)!, newKey = VaultFixture.NewPublicKey();
        var request = Request(scenario, newKey, VaultFixture.Passphrase);
        Adopt(scenario, secret, request).ShouldBe("adoption.pending");
        Adopt(scenario, secret, request).ShouldBe("adoption.pending"); // asks again, as it does not know
        InForce(scenario).ShouldBe(oldKey);

        ServedScenario.Code(() => Approve(scenario, isSure: false)).ShouldBe("adoption.alive");
        Approve(scenario, isSure: true);
        InForce(scenario).ShouldBe(newKey);
        scenario.Vault.Adopt(new ServiceAdoption(secret, request)).Id.ShouldBe(scenario.Machine);
        scenario.Points().Single().Id.ShouldBe(scenario.Point);
        (await scenario.CommitAsync(2)).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Adoption_ApprovedForAnotherKey_IsRefused()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        byte[] secret = scenario.Vault.MakeCredentials().Secret;
        byte[] oldKey = InForce(scenario)!, expected = VaultFixture.NewPublicKey(), came = VaultFixture.NewPublicKey();
        Adopt(scenario, secret, Request(scenario, came, VaultFixture.Passphrase)).ShouldBe("adoption.pending");
        ServedScenario.Code(() => scenario.Console.Servers.DecideAdoption(
            scenario.Machine, isApproved: true, new AdoptionDecision(ServerDesk.KeyText(expected), IsSure: true)))
            .ShouldBe("adoption.key");
        InForce(scenario).ShouldBe(oldKey);
        scenario.Console.Servers.DecideAdoption(
            scenario.Machine, isApproved: true, new AdoptionDecision(ServerDesk.KeyText(came), IsSure: true));
        InForce(scenario).ShouldBe(came);
    }

    [Fact]
    public async Task Adoption_AskedForOnAFullDisk_LeavesItsReserveAlone()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Files.Fixture.ReserveBytes = long.MaxValue;
        await scenario.RestartAsync();
        byte[] secret = scenario.Vault.MakeCredentials().Secret;
        Adopt(scenario, secret, Request(scenario, VaultFixture.NewPublicKey(), VaultFixture.Passphrase))
            .ShouldBe("vault.full");
        scenario.Console.Servers.ListAdoptions().Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Adoption_WithoutThePassphrase_IsRefusedAndSoonShut()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        byte[] secret = scenario.Vault.MakeCredentials().Secret;
        var forged = Request(scenario, VaultFixture.NewPublicKey(), VaultFixture.Passphrase) with
        {
            Proof = new byte[64],
        };
        for (int i = 0; i < 5; i++) Adopt(scenario, secret, forged).ShouldBe("vault.proof");
        Adopt(scenario, secret, forged).ShouldBe("grant.locked");
        scenario.Console.Servers.ListAdoptions().Items.ShouldBeEmpty();
        ServedScenario.Code(() => scenario.Vault.Adopt(new ServiceAdoption(new byte[32], forged)))
            .ShouldBe("credentials.unknown");
    }

    [Fact]
    public async Task Revoked_IsRefusedAtOnceAndComesBackByAdoption()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Console.Servers.Revoke(scenario.Machine);
        InForce(scenario).ShouldBeNull();
        scenario.Console.Servers.Show(scenario.Machine).State.ShouldBe(ServerState.Revoked);
        await scenario.RestartAsync();
        InForce(scenario).ShouldBeNull();

        byte[] secret = scenario.Vault.MakeCredentials().Secret;
        Adopt(scenario, secret, Request(scenario, VaultFixture.NewPublicKey(), VaultFixture.Passphrase))
            .ShouldBe("adoption.pending");
        Approve(scenario, isSure: false); // its old key is taken no more: nobody is still there
        InForce(scenario).ShouldNotBeNull();
    }

    [Fact]
    public async Task Unregister_TakesNameNumberAndPinAndDeletesSoftly()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var servers = scenario.Console.Servers;
        Unregister(scenario, new UnregisterRequest("host2", 1), null).ShouldBe("confirm.name");
        Unregister(scenario, new UnregisterRequest("host", 2), null).ShouldBe("confirm.items");
        Unregister(scenario, new UnregisterRequest("host", 1), null).ShouldBe("pin.needed");
        Unregister(scenario);
        servers.Show(scenario.Machine).State.ShouldBe(ServerState.Unregistered);
        InForce(scenario).ShouldBeNull();
        scenario.Points().Single().State.ShouldBe(PointState.SoftDeleted);
        byte[] secret = scenario.Vault.MakeCredentials().Secret;
        Adopt(scenario, secret, Request(scenario, VaultFixture.NewPublicKey(), VaultFixture.Passphrase))
            .ShouldBe("adoption.unregistered");
    }

    [Fact]
    public async Task Unregister_AfterTheClockWasSetBack_DeletesWhatWasStoppedBefore()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Agent().Stop(scenario.Source, new StopRequest(StopWay.RetainData), null);
        scenario.Time.StepWall(-TimeSpan.FromHours(2));
        Unregister(scenario);
        scenario.Points().Single().State.ShouldBe(PointState.SoftDeleted);
    }

    [Fact]
    public async Task Undeleted_AfterTheClockWasSetBack_StaysThere()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Unregister(scenario);
        scenario.Time.StepWall(-TimeSpan.FromHours(2));
        scenario.Console.Items.Undelete(scenario.Source);
        await scenario.RestartAsync();
        scenario.Upkeep();
        scenario.Points().Single().State.ShouldBe(PointState.Live);
    }

    [Fact]
    public async Task Damaged_IndexOfOneServer_IsToldAndHidesNoOther()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var other = (await RegisterAnotherAsync(scenario)).Id;
        var keyspace = scenario.Vault.Engine.Opened.Catalog.Machines.Find(other)!.Keyspace;
        await scenario.Vault.DisposeAsync();
        string file = Path.Combine(scenario.Files.Fixture.Opened, "keyspaces", $"{keyspace}.db");
        File.WriteAllBytes(file, [.. "no database"u8, .. new byte[8192]]);
        await scenario.OpenAsync();

        var servers = scenario.Console.Servers.List(null, null).Items;
        servers.Single(server => server.Id == other).Damage.ShouldNotBeNull().ShouldContain("damaged");
        var whole = servers.Single(server => server.Id == scenario.Machine);
        whole.Damage.ShouldBeNull();
        whole.StoredBytes.ShouldBeGreaterThan(0);
        (await scenario.Console.ShowAsync(default)).Status.DamagedKeyspaces.ShouldBe(1);
        (await scenario.Console.ShowAsync(default)).Status.StoredBytes.ShouldBeGreaterThan(0);
        (await scenario.Console.ReadMetricsAsync(default)).ShouldContain("coffer_vault_damaged_keyspaces 1\n");
        // Nor is anybody refused for it.
        new ServerDesk(scenario.Vault.Engine.Opened).SetQuota(Caller.AtConsole, null, new Quota(1 << 30, 8));
        scenario.Vault.Quotas.Require(scenario.Machine, scenario.Files.Fixture.Keys.Keyspace, 1);
        (await scenario.CommitAsync(2)).Sequence.ShouldBe(2);
    }

    private static async Task<ServerDescription> RegisterAnotherAsync(ServedScenario scenario)
    {
        using var keys = KeyspaceKeys.New();
        return await scenario.Vault.Engine.RegisterAsync(
            new RegistrationRequest(
                "other", VaultFixture.NewPublicKey(), keys.Keyspace, keys.AccessKey.ExportSubjectPublicKeyInfo(),
                EnvelopeSealer.Create(keys, VaultFixture.Passphrase, 1, Argon2Parameters.Default).Bytes.ToArray()),
            default);
    }

    private static void Unregister(ServedScenario scenario) => scenario.Console.Servers.Unregister(
        scenario.Machine, new UnregisterRequest("host", 1), scenario.Pin(
            CriticalOperation.Unregister, $"server {scenario.Machine}", scenario.Machine));

    private static byte[]? InForce(ServedScenario scenario) =>
        ServerDesk.KeyInForce(scenario.Vault.Engine.Opened, scenario.Machine);

    private static void Approve(ServedScenario scenario, bool isSure) => scenario.Console.Servers.DecideAdoption(
        scenario.Machine, isApproved: true,
        new AdoptionDecision(scenario.Console.Servers.ListAdoptions().Items.Single().Key, isSure));

    private static string Adopt(ServedScenario scenario, byte[] secret, AdoptionRequest request) =>
        ServedScenario.Code(() => scenario.Vault.Adopt(new ServiceAdoption(secret, request)));

    private static string Unregister(ServedScenario scenario, UnregisterRequest request, string? pin) =>
        ServedScenario.Code(() => scenario.Console.Servers.Unregister(scenario.Machine, request, pin));

    private static AdoptionRequest Request(ServedScenario scenario, byte[] key, string passphrase)
    {
        var shelf = new Coffer.Vault.Registration.EnvelopeShelf(scenario.Vault.Engine.Opened);
        var envelope = Envelope.Decode(shelf.Active(scenario.Files.Fixture.Keys.Keyspace)[0], "the envelope");
        using var secrets = EnvelopeSecrets.FromPassphrase(
            passphrase, envelope.Salt[..EnvelopeLayout.SaltSize], envelope.Head.Parameters);
        byte[] proof = secrets.AuthenticationKey.SignData(
            AdoptionProof.Message(scenario.Vault.Id, scenario.Machine, key), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new AdoptionRequest(scenario.Machine, "host", key, proof);
    }
}
