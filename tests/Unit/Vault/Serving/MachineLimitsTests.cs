using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Unit.Vault.Security;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Unit.Vault.Serving;

/// <summary>What one machine, or whoever has its key, can make a served vault do.</summary>
public sealed class MachineLimitsTests
{
    [Fact]
    public async Task Changes_BeyondThoseOfAnHour_AreRefusedUntilItIsOver()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < ServingRules.ChangesAnHour; i++) scenario.Agent().Hold(scenario.Point);
        ServedScenario.Code(() => scenario.Agent().Hold(scenario.Point)).ShouldBe("machine.pace");
        ServedScenario.Code(() => scenario.Agent().Resume(scenario.Source)).ShouldBe("machine.pace");
        scenario.Vault.CountChange("account ada"); // others are not held up
        scenario.Time.Move(TimeSpan.FromHours(1));
        scenario.Agent().Hold(scenario.Point);
    }

    [Fact]
    public async Task Sources_BeyondThoseOfAMachine_AreRefusedAndKnownOnesGoOn()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 1; i < Coffer.Vault.Limits.SourcesOfAMachine; i++)
            await OpenAsync(scenario, SourceId.New());
        (await Should.ThrowAsync<FaultException>(() => OpenAsync(scenario, SourceId.New())))
            .Fault.Code.ShouldBe("vault.source");
        await OpenAsync(scenario, scenario.Source);
    }

    [Fact]
    public async Task Sequence_FarAboveTheLast_IsRefused()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        long highest = 1 + Coffer.Vault.Limits.SequenceLeap;
        (await Should.ThrowAsync<FaultException>(() => scenario.CommitAsync(highest + 1)))
            .Fault.Code.ShouldBe("vault.point-refused");
        (await scenario.CommitAsync(highest)).Sequence.ShouldBe(highest);
    }

    [Fact]
    public async Task Envelope_OutOfUse_TakesAPinMadeForIt()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (agent, keys) = (scenario.Agent(), scenario.Files.Fixture.Keys);
        byte[] first = (await agent.ReadEnvelopesAsync(keys.Keyspace, default)).Single();
        byte[] second = EnvelopeSealer.Create(keys, "another passphrase", 2, Argon2Parameters.Default).Bytes.ToArray();
        await agent.StoreEnvelopeAsync(keys.Keyspace, second, default);
        await agent.ActivateEnvelopeAsync(
            keys.Keyspace, 1, 2, PinFor(scenario, CriticalOperation.ChangePassphrase, second), default);

        (await agent.ReadEnvelopeAsync(keys.Keyspace, 1, 2, null, default)).ShouldBe(second);
        (await FetchAsync(null)).ShouldBe("pin.needed");
        (await FetchAsync(PinFor(scenario, CriticalOperation.FetchOldEnvelope, second))).ShouldBe("pin.other");
        (await FetchAsync(PinFor(scenario, CriticalOperation.ChangePassphrase, first))).ShouldBe("pin.other");
        string pin = PinFor(scenario, CriticalOperation.FetchOldEnvelope, first);
        (await agent.ReadEnvelopeAsync(keys.Keyspace, 1, 1, pin, default)).ShouldBe(first);
        (await FetchAsync(pin)).ShouldBe("pin.used");

        async Task<string> FetchAsync(string? withPin) => (await Should.ThrowAsync<FaultException>(
            () => agent.ReadEnvelopeAsync(keys.Keyspace, 1, 1, withPin, default))).Fault.Code;
    }

    private static string PinFor(ServedScenario scenario, CriticalOperation operation, byte[] envelope) =>
        scenario.Pin(operation, Subjects.OfEnvelope(envelope), scenario.Machine);

    private static async Task OpenAsync(ServedScenario scenario, SourceId source)
    {
        var request = scenario.Files.Fixture.Session(scenario.Machine) with { Source = source };
        await using var session = await scenario.Vault.Engine.OpenSessionAsync(request, default);
    }
}
