using System.Security.Cryptography;
using Coffer.Contracts.Http;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Unit.Vault;
using Coffer.Vault.Serving;

namespace Coffer.Service.Hostile;

/// <summary>Reading another server's points takes its passphrase, and gives nothing but that.</summary>
public sealed class GrantTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Grant_WithThePassphrase_ReadsTheServersPointsAndWritesNothing()
    {
        var machine = await service.RegisterAsync("lost");
        using var graph = new SealedGraph(machine.Keys);
        var (point, frame) = graph.AddPoint(1);
        await using (var session = await machine.Vault.OpenSessionAsync(Session(machine), default))
        {
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, Facts, default)).Point.ShouldNotBeNull();
        }
        byte[] secret = service.Host.Vaults[0].MakeCredentials().Secret;
        var grant = await GrantFor("lost", ServedMachine.Passphrase, secret);
        await using var vault = Open(grant, secret);

        (await vault.ListPointsAsync(new PointFilter(), default)).Single().Id.ShouldBe(point);
        await using var reader = await vault.OpenReaderAsync(machine.Keys.Keyspace, default);
        (await reader.ReadPointAsync(point, default)).ShouldBe(frame);
        await using var writing = new RemoteVault(new RemoteVaultOptions
        {
            Time = TimeProvider.System,
            Service = service.Address,
            Grant = grant,
            Spool = () => throw new NotSupportedException(),
        });
        (await CodeAsync(() => writing.OpenSessionAsync(Session(machine), default))).ShouldBe("grant.read-only");
        (await CodeAsync(() => writing.StorePolicyAsync(machine.Id, 1, "{}"u8.ToArray(), default)))
            .ShouldBe("grant.read-only");
        (await CodeAsync(() => writing.ActivateEnvelopeAsync(machine.Keys.Keyspace, 1, 1, default)))
            .ShouldBe("grant.read-only");
        (await CodeAsync(() => reader.ReportDamageAsync(point, 0, "a lie", default))).ShouldBe("grant.read-only");
    }

    [Fact]
    public async Task Grant_WithAWrongPassphrase_IsRefusedAndAfterSomeTriesShut()
    {
        await service.RegisterAsync("guessed");
        byte[] secret = service.Host.Vaults[0].MakeCredentials().Secret;
        for (int i = 0; i < ServingRules.WrongProofs; i++)
            (await CodeAsync(() => AskAsync("guessed", "not the right one at all", secret)))
                .ShouldBe("passphrase.wrong");
        (await CodeAsync(() => AskAsync("guessed", ServedMachine.Passphrase, secret))).ShouldBe("grant.locked");
    }

    [Fact]
    public async Task Lock_OfAServerThatIsNotThere_LooksLikeOneThatIsEachTime()
    {
        await using var vault = new RemoteVault(new RemoteVaultOptions
        {
            Time = TimeProvider.System,
            Service = service.Address,
            RegistrationSecret = service.Host.Vaults[0].MakeCredentials().Secret,
        });
        var first = await vault.ReadLockAsync("nobody", default);
        var second = await vault.ReadLockAsync("nobody", default);
        first.Salt.ShouldBe(second.Salt);
        first.Keyspace.ShouldBe(second.Keyspace);
        (await vault.ReadLockAsync("nobody else", default)).Salt.ShouldNotBe(first.Salt);
        (await CodeAsync(() => AskAsync(
            "nobody", "any passphrase at all", service.Host.Vaults[0].MakeCredentials().Secret)))
            .ShouldBe("passphrase.wrong");
    }

    [Fact]
    public async Task Grant_WithoutARegistrationSecret_IsRefusedBeforeAnythingIsTold()
    {
        await service.RegisterAsync("silent");
        (await CodeAsync(() => AskAsync("silent", ServedMachine.Passphrase, new byte[32])))
            .ShouldBe("credentials.unknown");
    }

    private RemoteVault Open(GrantIdentity grant, byte[] secret) => new(new RemoteVaultOptions
    {
        Time = TimeProvider.System,
        Service = service.Address,
        Grant = grant,
        RegistrationSecret = secret,
    });

    private async Task<GrantAnswer> AskAsync(string server, string passphrase, byte[] secret)
    {
        var grant = await GrantFor(server, passphrase, secret);
        await using var vault = Open(grant, secret);
        return await vault.RequestGrantAsync(grant, default);
    }

    private async Task<GrantIdentity> GrantFor(string server, string passphrase, byte[] secret)
    {
        await using var vault = new RemoteVault(
            new RemoteVaultOptions
            {
                Time = TimeProvider.System,
                Service = service.Address,
                RegistrationSecret = secret,
            });
        var found = await vault.ReadLockAsync(server, default);
        Argon2Parameters.TryCreate(
            (uint)found.MemoryKib, (uint)found.Passes, (uint)found.Lanes, out var parameters).ShouldBeTrue();
        var secrets = EnvelopeSecrets.FromPassphrase(passphrase, found.Salt, parameters);
        return new GrantIdentity(server, found.Keyspace, secret, message => secrets.AuthenticationKey.SignData(
            message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    private static SessionRequest Session(ServedMachine machine) =>
        new(machine.Id, machine.Source, "volume", "/data", JobId.New());

    private static CommitFacts Facts { get; } = new(
        1, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), new PointStatistics());

    private static async Task<string> CodeAsync(Func<Task> act) =>
        (await Should.ThrowAsync<FaultException>(act)).Fault.Code;
}
