using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Serving;

/// <summary>A disk that is full up to its reserve: who may use that, and who may not.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Deletion_PinsSwitchesAndHolds_UseTheReserve()
    {
        await using var scenario = await FullAsync();
        scenario.Person("ada", Role.SecurityAdministrator);
        scenario.Agent().Hold(scenario.Point);
        scenario.Console.Items.Release(scenario.Point, scenario.Pin(
            CriticalOperation.RemoveHold, $"point {scenario.Point}", scenario.Machine));
        var switches = SecuritySettings.Default with { SoftDelete = new SoftDelete(SoftDeleteMode.On, 30) };
        scenario.Console.Security.Change(null, SettingsChangeRequest.To(switches), null);
        scenario.Agent().Stop(scenario.Source, new StopRequest(StopWay.DeleteData), scenario.PinToDelete());
        scenario.Points().Single().State.ShouldBe(PointState.SoftDeleted);
        scenario.Agent().Undelete(scenario.Source);
        scenario.Points().Single().State.ShouldBe(PointState.Live);
        scenario.Console.Servers.Revoke(scenario.Machine);
    }

    [Fact]
    public async Task WhatAMachineCanSendWithoutEnd_IsRefused()
    {
        await using var scenario = await FullAsync();
        var agent = scenario.Agent();
        ServedScenario.Code(() => agent.Stop(scenario.Source, new StopRequest(StopWay.RetainData), null))
            .ShouldBe("vault.full");
        ServedScenario.Code(() => agent.Resume(scenario.Source)).ShouldBe("vault.full");
        (await Should.ThrowAsync<FaultException>(() => agent.ReportJobAsync(JobReportTests.Report(scenario), default)))
            .Fault.Code.ShouldBe("vault.full");
        (await Should.ThrowAsync<FaultException>(() => scenario.CommitAsync(2))).Fault.Code.ShouldBe("vault.full");
    }

    [Fact]
    public async Task Refusals_AreCountedAndToldWhenThereIsRoom()
    {
        await using var scenario = await FullAsync();
        long before = scenario.Vault.Engine.Opened.Audit.Head.Number;
        for (int i = 0; i < 500; i++) scenario.Vault.NoteRefusal($"address {i}", "session.begin", "signin.refused");
        scenario.Days(1);
        await scenario.Vault.EndIdleAsync();
        scenario.Vault.Engine.Opened.Audit.Head.Number.ShouldBe(before);

        scenario.Files.Fixture.ReserveBytes = 0;
        await scenario.RestartAsync();
        var told = scenario.Console.Security.ListAudit($"{before}", null).Items.Single();
        told.Details.ShouldContain(KeyValuePair.Create("count", "500"));
    }

    private static async Task<ServedScenario> FullAsync()
    {
        var scenario = await ServedScenario.MakeAsync();
        scenario.Files.Fixture.ReserveBytes = long.MaxValue;
        await scenario.RestartAsync();
        return scenario;
    }
}
