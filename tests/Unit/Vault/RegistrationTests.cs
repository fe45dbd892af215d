using System.Security.Cryptography;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Vault;

namespace Coffer.Unit.Vault;

public sealed class RegistrationTests : IDisposable
{
    private readonly VaultFixture _fixture = new();
    private readonly Envelope _first;

    public RegistrationTests() => _first = Passphrase(1);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Register_Reopened_IsThereWithItsEnvelope()
    {
        var request = _fixture.Registration(_first);
        await using (var vault = await _fixture.OpenAsync()) await vault.RegisterAsync(request, default);
        await using var again = await _fixture.OpenAsync();
        var server = (await again.ListServersAsync(default)).ShouldHaveSingleItem();
        server.Name.ShouldBe("host");
        server.Keyspace.ShouldBe(_fixture.Keys.Keyspace);
        (await again.ReadEnvelopesAsync(server.Keyspace, default)).ShouldHaveSingleItem().ShouldBe(request.Envelope);
        // Sent again by the same machine it is the same; by another it is not.
        (await again.RegisterAsync(request, default)).Id.ShouldBe(server.Id);
        (await again.ListServersAsync(default)).ShouldHaveSingleItem();
        var other = request with { MachineKey = VaultFixture.NewPublicKey() };
        (await Code(() => again.RegisterAsync(other, default))).ShouldBe("vault.registration");
    }

    [Fact]
    public async Task Register_WhatIsNotGenuine_IsRefused()
    {
        using var other = KeyspaceKeys.New();
        var good = _fixture.Registration(_first);
        byte[] damaged = [.. good.Envelope];
        damaged[^1] ^= 1;
        await using var vault = await _fixture.OpenAsync();
        foreach (var request in (RegistrationRequest[])
        [
            good with { Envelope = damaged },
            good with { AccessKey = other.AccessKey.ExportSubjectPublicKeyInfo() },
            good with { Keyspace = other.Keyspace },
        ])
            (await Code(() => vault.RegisterAsync(request, default))).ShouldBe("vault.envelope");
        (await Code(() => vault.RegisterAsync(good with { MachineKey = [1, 2, 3] }, default)))
            .ShouldBe("vault.registration");
        (await vault.ListServersAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Adopt_WithThePassphrasesProof_TakesTheNewKeyAndName()
    {
        var machine = await RegisterFirstAsync();
        byte[] key = VaultFixture.NewPublicKey();
        await using var vault = await _fixture.OpenAsync();
        byte[] proof = Proof(vault.Description.Id, machine, key);
        var adopted = await vault.AdoptAsync(new AdoptionRequest(machine, "new host", key, proof), default);
        adopted.Id.ShouldBe(machine);
        (await vault.ListServersAsync(default)).Single().Name.ShouldBe("new host");
        // The proof binds the key: another one cannot ride on it.
        var stolen = new AdoptionRequest(machine, "thief", VaultFixture.NewPublicKey(), proof);
        (await Code(() => vault.AdoptAsync(stolen, default))).ShouldBe("vault.proof");
    }

    [Fact]
    public async Task Envelope_NewOne_CountsOnceActivatedAndTheOldStaysFetchable()
    {
        await RegisterFirstAsync();
        var keyspace = _fixture.Keys.Keyspace;
        byte[] second = Passphrase(2).Bytes.ToArray();
        await using (var vault = await _fixture.OpenAsync())
        {
            await vault.StoreEnvelopeAsync(keyspace, second, default);
            await vault.StoreEnvelopeAsync(keyspace, second, default);
            (await vault.ReadEnvelopesAsync(keyspace, default)).ShouldHaveSingleItem().ShouldBe(_first.Bytes.ToArray());
            (await vault.ReadEnvelopeAsync(keyspace, 1, 2, default)).ShouldBe(second);
            await vault.ActivateEnvelopeAsync(keyspace, 1, 2, default);
        }
        await using var again = await _fixture.OpenAsync();
        (await again.ReadEnvelopesAsync(keyspace, default)).ShouldHaveSingleItem().ShouldBe(second);
        (await again.ReadEnvelopeAsync(keyspace, 1, 1, default)).ShouldBe(_first.Bytes.ToArray());
        (await Code(() => again.ActivateEnvelopeAsync(keyspace, 1, 1, default))).ShouldBe("vault.envelope");
        (await Code(() => again.StoreEnvelopeAsync(keyspace, Passphrase(2).Bytes.ToArray(), default)))
            .ShouldBe("vault.envelope");
    }

    [Theory]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public async Task Envelope_WithANumberThatIsNotTheNext_IsRefusedSoThatTheNextStaysFree(uint number)
    {
        await RegisterFirstAsync();
        var keyspace = _fixture.Keys.Keyspace;
        await using var vault = await _fixture.OpenAsync();
        (await Code(() => vault.StoreEnvelopeAsync(keyspace, Passphrase(number).Bytes.ToArray(), default)))
            .ShouldBe("vault.envelope");
        await vault.StoreEnvelopeAsync(keyspace, Passphrase(2).Bytes.ToArray(), default);
    }

    [Fact]
    public async Task Policy_AndEnvelope_NoRoomAboveTheReserve_AreNotTaken()
    {
        var machine = await RegisterFirstAsync();
        _fixture.ReserveBytes = long.MaxValue;
        await using var vault = await _fixture.OpenAsync();
        (await Code(() => vault.StorePolicyAsync(machine, 1, "{}"u8.ToArray(), default))).ShouldBe("vault.full");
        (await Code(() => vault.StoreEnvelopeAsync(
            _fixture.Keys.Keyspace, Passphrase(2).Bytes.ToArray(), default))).ShouldBe("vault.full");
        // Sent again, it is answered: nothing is written for that.
        (await vault.RegisterAsync(_fixture.Registration(_first), default)).Id.ShouldBe(machine);
    }

    [Fact]
    public async Task Policy_Versions_TheNewestCountsAndOlderAreRefused()
    {
        var machine = await RegisterFirstAsync();
        await using var vault = await _fixture.OpenAsync();
        (await vault.ReadPolicyAsync(machine, default)).ShouldBeNull();
        await vault.StorePolicyAsync(machine, 1, "{\"a\":1}"u8.ToArray(), default);
        await vault.StorePolicyAsync(machine, 2, "{\"a\":2}"u8.ToArray(), default);
        await vault.StorePolicyAsync(machine, 2, "{\"a\":2}"u8.ToArray(), default);
        (await vault.ReadPolicyAsync(machine, default))!.Json.ShouldBe("{\"a\":2}"u8.ToArray());
        (await Code(() => vault.StorePolicyAsync(machine, 2, "{}"u8.ToArray(), default))).ShouldBe("vault.policy");
        (await Code(() => vault.StorePolicyAsync(machine, 3, "{"u8.ToArray(), default))).ShouldBe("vault.policy");
    }

    private async Task<MachineId> RegisterFirstAsync()
    {
        await using var vault = await _fixture.OpenAsync();
        return (await vault.RegisterAsync(_fixture.Registration(_first), default)).Id;
    }

    private Envelope Passphrase(uint number) => EnvelopeSealer.Create(
        _fixture.Keys, VaultFixture.Passphrase, number, Argon2Parameters.Default);

    private byte[] Proof(VaultId vault, MachineId machine, byte[] key)
    {
        using var secrets = EnvelopeSecrets.FromPassphrase(
            VaultFixture.Passphrase, _first.Salt[..EnvelopeLayout.SaltSize], _first.Head.Parameters);
        return secrets.AuthenticationKey.SignData(
            AdoptionProof.Message(vault, machine, key), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static async Task<string> Code(Func<Task> act) =>
        (await Should.ThrowAsync<FaultException>(act)).Fault.Code;
}
