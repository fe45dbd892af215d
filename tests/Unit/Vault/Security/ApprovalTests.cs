using Coffer.Contracts.Management;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;

namespace Coffer.Unit.Vault.Security;

/// <summary>What takes two people, and how one person tries to be both.</summary>
public sealed class ApprovalTests
{
    private static readonly Role[] s_chief = [Role.BackupContributor, Role.SecurityAdministrator];
    private static readonly StopRequest s_delete = new(StopWay.DeleteData);

    [Fact]
    public async Task Delete_ByOnePerson_WaitsForAnother()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, ben) = await TwoAsync(scenario);
        string pin = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.asked");
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.pending");
        var asked = (await ben.SignInAsync()).Security.ListApprovals().Items.Single();
        asked.Requester.ShouldBe("ada");

        var own = await ada.SignInAsync();
        ServedScenario.Code(() => own.Security.Decide(asked.Id, isApproved: true)).ShouldBe("approval.self");
        (await ben.SignInAsync()).Security.Decide(asked.Id, isApproved: true).State.ShouldBe(ApprovalState.Approved);

        scenario.Agent().Stop(scenario.Source, s_delete, pin).Points.ShouldBe(1);
        scenario.Agent().Undelete(scenario.Source);
        string second = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, second)).ShouldBe("approval.asked");
    }

    [Fact]
    public async Task Denied_OrAfterADay_DoesNotPass()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, ben) = await TwoAsync(scenario);
        string pin = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.asked");
        var id = scenario.Console.Security.ListApprovals().Items.Single().Id;
        (await ben.SignInAsync()).Security.Decide(id, isApproved: false);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.denied");
        scenario.Days(1);
        pin = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.asked");
    }

    [Fact]
    public async Task OnePerson_CannotBecomeTwo()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, ben) = await TwoAsync(scenario);
        var reader = scenario.Person("rita", Role.BackupReader);
        var own = await ada.SignInAsync();
        ServedScenario.Code(() => own.Accounts.Invite(new InvitationRequest("eve", s_chief)))
            .ShouldBe("approval.asked");
        ServedScenario.Code(() => own.Accounts.SetRoles(reader.Account, new RolesRequest(s_chief)))
            .ShouldBe("approval.asked");
        ServedScenario.Code(() => own.Accounts.Reset(ben.Account)).ShouldBe("approval.asked");
        own.Accounts.Invite(new InvitationRequest("olga", [Role.BackupOperator]));
    }

    [Fact]
    public async Task Switch_Off_TakesTheSecondPersonAndThePin()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, ben) = await TwoAsync(scenario);
        var off = SecuritySettings.Default;
        var own = await ada.SignInAsync();
        ServedScenario.Code(() => own.Security.Change(null, SettingsChangeRequest.To(off), null))
            .ShouldBe("pin.needed");
        string pin = own.Security.MakePin(
            new PinRequest(CriticalOperation.MultiUserOff, null, off.ToText(), ada.Code())).Pin;
        ServedScenario.Code(() => own.Security.Change(null, SettingsChangeRequest.To(off), pin))
            .ShouldBe("approval.asked");
        var id = scenario.Console.Security.ListApprovals().Items.Single().Id;
        (await ben.SignInAsync()).Security.Decide(id, isApproved: true);
        own = await ada.SignInAsync();
        own.Security.Change(null, SettingsChangeRequest.To(off), pin).Settings.MultiUser.IsOn.ShouldBeFalse();
    }

    [Fact]
    public async Task MultiUser_WithOneApprover_CannotBeSwitchedOn()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Person("ada", s_chief);
        ServedScenario.Code(() => On(scenario)).ShouldBe("security.approvers");
    }

    private static async Task<(PersonDouble Ada, PersonDouble Ben)> TwoAsync(ServedScenario scenario)
    {
        var (ada, ben) = (scenario.Person("ada", s_chief), scenario.Person("ben", s_chief));
        On(scenario);
        await Task.CompletedTask;
        return (ada, ben);
    }

    private static void On(ServedScenario scenario) => scenario.Console.Security.Change(
        null,
        SettingsChangeRequest.To(SecuritySettings.Default with { MultiUser = new(true, true, true, false) }), null);

    private static async Task<string> PinAsync(
        ServedScenario scenario, PersonDouble maker, CriticalOperation operation) =>
        (await maker.SignInAsync()).Security.MakePin(
            new PinRequest(operation, scenario.Machine, scenario.Subject, maker.Code())).Pin;
}
