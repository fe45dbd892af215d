using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Contracts.Management;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Protection;

/// <summary>Deleting with a PIN, and all that stands before it and after it.</summary>
public sealed class DeletionTests
{
    private static readonly StopRequest s_delete = new(StopWay.DeleteData, "moved to another vault");

    [Fact]
    public async Task Delete_WithAPin_IsRestorableForThePeriodThenPurgedThenCollected()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var answer = scenario.Agent().Stop(scenario.Source, s_delete, scenario.PinToDelete());
        answer.Points.ShouldBe(1);
        answer.RestorableUntil.ShouldBe(scenario.Time.GetUtcNow() + TimeSpan.FromDays(14));

        scenario.Days(13);
        scenario.Upkeep().Purged.ShouldBe(0);
        scenario.Points().Single().State.ShouldBe(PointState.SoftDeleted);
        await ShouldReadAsync(scenario);

        scenario.Days(1);
        scenario.Upkeep().Purged.ShouldBe(1);
        scenario.Points().ShouldBeEmpty();
        scenario.Days(1);
        scenario.Upkeep().RemovedPacks.ShouldBe(2);
    }

    [Fact]
    public async Task Undelete_WithinThePeriod_BringsBackAStoppedItemThatCanBeResumed()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Agent().Stop(scenario.Source, s_delete, scenario.PinToDelete());
        scenario.Days(10);
        var operator1 = await scenario.Person("olga", Role.BackupOperator).SignInAsync();
        operator1.Items.Undelete(scenario.Source).Points.ShouldBe(1);
        scenario.Days(30);
        scenario.Upkeep();
        scenario.Points().Single().State.ShouldBe(PointState.Live);
        await ShouldReadAsync(scenario);

        var item = scenario.Console.Items.Show(scenario.Source);
        item.Protection.ShouldBe(ProtectionState.StoppedWithDataRetained);
        var refused = (await Should.ThrowAsync<FaultException>(() => scenario.CommitAsync(2))).Fault;
        refused.Code.ShouldBe("protection.stopped");
        refused.Guidance.ShouldContain($"coffer protection resume {item.Label}");
        scenario.Agent().Resume(scenario.Source);
        (await scenario.CommitAsync(2)).Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task Delete_WithoutARightPin_IsRefusedEachTime()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var agent = scenario.Agent();
        Delete(scenario, null).ShouldBe("pin.needed");
        Delete(scenario, "AAAAA-AAAAA").ShouldBe("pin.wrong");
        string pin = scenario.PinToDelete();
        scenario.Time.Move(TimeSpan.FromMinutes(5));
        Delete(scenario, pin).ShouldBe("pin.expired");
        string other = scenario.Pin(CriticalOperation.RetainByPolicy, scenario.Subject, scenario.Machine);
        Delete(scenario, other).ShouldBe("pin.other");
        string wrongSource = scenario.Pin(CriticalOperation.DeleteData, $"source {SourceId.New()}", scenario.Machine);
        Delete(scenario, wrongSource).ShouldBe("pin.other");
        scenario.Points().Single().State.ShouldBe(PointState.Live);

        agent.Stop(scenario.Source, s_delete, scenario.PinToDelete()).Points.ShouldBe(1);
    }

    [Fact]
    public async Task Pin_UsedOnce_IsUsed()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        string pin = scenario.PinToDelete();
        scenario.Agent().Stop(scenario.Source, s_delete, pin);
        scenario.Agent().Undelete(scenario.Source);
        Delete(scenario, pin).ShouldBe("pin.used");
    }

    [Fact]
    public async Task Pins_FiveWrong_LockTheMachineForAQuarterOfAnHourAlsoAfterARestart()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < 4; i++) Delete(scenario, "AAAAA-AAAAA").ShouldBe("pin.wrong");
        Delete(scenario, "AAAAA-AAAAA").ShouldBe("pin.locked");
        await scenario.RestartAsync();
        Delete(scenario, scenario.PinToDelete()).ShouldBe("pin.locked");
        scenario.Time.Move(TimeSpan.FromMinutes(15));
        scenario.Agent().Stop(scenario.Source, s_delete, scenario.PinToDelete()).Points.ShouldBe(1);
    }

    [Fact]
    public async Task Delete_UnderALock_IsRefusedToEverybody()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var locked = SecuritySettings.Default with { Immutability = Immutability.Locked };
        ServedScenario.Code(() => scenario.Console.Security.Change(null, SettingsChangeRequest.To(locked), null))
            .ShouldBe("settings.for-good");
        scenario.Console.Security.Change(null, SettingsChangeRequest.To(locked, isForGood: true), null);
        var chief = await scenario.Person("ada", Enum.GetValues<Role>()).SignInAsync();

        Delete(scenario, scenario.PinToDelete()).ShouldBe("security.locked");
        foreach (var caller in (Coffer.Vault.Management.ManagedVault[])[scenario.Console, chief])
        {
            ServedScenario.Code(() => caller.Items.Stop(scenario.Source, s_delete, scenario.PinToDelete()))
                .ShouldBe("security.locked");
            ServedScenario.Code(() => caller.Servers.Unregister(
                scenario.Machine, new UnregisterRequest("host", 1),
                scenario.Pin(CriticalOperation.Unregister, $"server {scenario.Machine}", scenario.Machine)))
                .ShouldBe("security.locked");
            foreach (var weaker in Weaker())
                ServedScenario.Code(() => caller.Security.Change(
                    null, SettingsChangeRequest.To(weaker, isForGood: true),
                    scenario.Pin(CriticalOperation.ImmutabilityDown, weaker.ToText(), null)))
                    .ShouldBe("security.locked");
        }
        scenario.Days(200);
        scenario.Upkeep();
        scenario.Points().Single().State.ShouldBe(PointState.Live);
        await ShouldReadAsync(scenario);
    }

    [Fact]
    public async Task Delete_CutInTheMiddle_IsFinishedByUpkeep()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        await scenario.CommitAsync(2);
        var opened = scenario.Vault.Engine.Opened;
        opened.Documents.Put(Coffer.Vault.Documents.DocumentKinds.Protection, $"{scenario.Source}",
            new Coffer.Vault.Documents.Protection(
                scenario.Source, ProtectionState.Deleted, opened.Now, "a test", ""));
        scenario.Upkeep();
        scenario.Points().ShouldAllBe(point => point.State == PointState.SoftDeleted);
    }

    [Fact]
    public async Task Delete_OfAHeldPoint_IsRefusedUntilItIsReleasedWithAPin()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Agent().Hold(scenario.Point);
        Delete(scenario, scenario.PinToDelete()).ShouldBe("protection.held");
        ServedScenario.Code(() => scenario.Agent().Release(scenario.Point, null)).ShouldBe("pin.needed");
        scenario.Agent().Release(
            scenario.Point, scenario.Pin(CriticalOperation.RemoveHold, $"point {scenario.Point}", scenario.Machine));
        scenario.Agent().Stop(scenario.Source, s_delete, scenario.PinToDelete()).Points.ShouldBe(1);
    }

    [Fact]
    public async Task Retain_TakesNoPin_AndByPolicyDoes()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Vault.Engine.Points.ExpireAt(scenario.Point, scenario.Time.GetUtcNow());
        scenario.Agent().Stop(scenario.Source, new StopRequest(StopWay.RetainData), null)
            .RestorableUntil.ShouldBeNull();
        scenario.Upkeep().Expired.ShouldBe(0);

        var byPolicy = new StopRequest(StopWay.RetainByPolicy);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, byPolicy, null)).ShouldBe("pin.needed");
        scenario.Agent().Stop(
            scenario.Source, byPolicy,
            scenario.Pin(CriticalOperation.RetainByPolicy, scenario.Subject, scenario.Machine));
        scenario.Upkeep().Expired.ShouldBe(1);
    }

    [Fact]
    public async Task SoftDelete_Off_DeletesAtOnceAndTakesThePinStill()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var off = SecuritySettings.Default with { SoftDelete = SoftDelete.Default with { Mode = SoftDeleteMode.Off } };
        ServedScenario.Code(() => scenario.Console.Security.Change(null, SettingsChangeRequest.To(off), null))
            .ShouldBe("pin.needed");
        scenario.Console.Security.Change(
            null, SettingsChangeRequest.To(off), scenario.Pin(CriticalOperation.SoftDeleteOff, off.ToText(), null));
        Delete(scenario, null).ShouldBe("pin.needed");
        scenario.Agent().Stop(scenario.Source, s_delete, scenario.PinToDelete())
            .RestorableUntil.ShouldBe(scenario.Time.GetUtcNow());
        scenario.Upkeep().Purged.ShouldBe(1);
    }

    [Fact]
    public async Task Period_MadeShorter_LeavesWhatWasDeletedBefore()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var longer = SecuritySettings.Default with { SoftDelete = new SoftDelete(SoftDeleteMode.On, 180) };
        scenario.Console.Security.Change(null, SettingsChangeRequest.To(longer), null);
        scenario.Agent().Stop(scenario.Source, s_delete, scenario.PinToDelete());
        var shorter = SecuritySettings.Default;
        scenario.Console.Security.Change(
            null, SettingsChangeRequest.To(shorter),
            scenario.Pin(CriticalOperation.SoftDeleteShorter, shorter.ToText(), null));
        scenario.Days(170);
        scenario.Upkeep().Purged.ShouldBe(0);
        scenario.Agent().Undelete(scenario.Source).ShouldBe(1);
    }

    private static IEnumerable<SecuritySettings> Weaker()
    {
        var locked = SecuritySettings.Default with { Immutability = Immutability.Locked };
        yield return locked with { Immutability = Immutability.Off };
        yield return locked with { Immutability = Immutability.On };
        yield return locked with { HasSecurityFeatures = false };
        yield return locked with { SoftDelete = SoftDelete.Default with { Mode = SoftDeleteMode.Off } };
    }

    private static string Delete(ServedScenario scenario, string? pin) =>
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin));

    private static async Task ShouldReadAsync(ServedScenario scenario)
    {
        var reader = scenario.Agent().OpenReader(scenario.Files.Fixture.Keys.Keyspace).Reader;
        (await scenario.Agent().ReadPointAsync(reader, scenario.Point, default)).ShouldBe(scenario.Files.Point.Frame);
        await scenario.Agent().CloseReaderAsync(reader);
    }
}
