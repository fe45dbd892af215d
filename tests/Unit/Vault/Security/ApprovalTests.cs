using Coffer.Contracts.Management;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Vault.Management;

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
    public async Task DeleteAndPin_BothGuarded_TakeOneApprovalForJustThat()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, ben) = await TwoAsync(scenario, guardsPin: true);
        var own = await ada.SignInAsync();
        ServedScenario.Code(() => MakePin(scenario, own, ada)).ShouldBe("approval.asked");
        await ApproveAsync(scenario, ben);
        string pin = MakePin(scenario, own, ada);
        scenario.Agent().Stop(scenario.Source, s_delete, pin).Points.ShouldBe(1);

        // The next one is another: its PIN and, where that is used by somebody else, the deletion as well.
        scenario.Agent().Undelete(scenario.Source);
        ServedScenario.Code(() => MakePin(scenario, own, ada)).ShouldBe("approval.asked");
        await ApproveAsync(scenario, ben);
        pin = MakePin(scenario, own, ada);
        var others = await ben.SignInAsync();
        ServedScenario.Code(() => others.Items.Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.asked");
        own.Items.Stop(scenario.Source, s_delete, pin).Points.ShouldBe(1);
    }

    [Fact]
    public async Task Pin_OfBeforeItsMakingWasGuarded_ApprovesNoDeletion()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, _) = await TwoAsync(scenario);
        string pin = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        On(scenario, guardsPin: true);
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.asked");
    }

    [Theory]
    [InlineData("made")]
    [InlineData("reset")]
    [InlineData("raised")]
    public async Task AccountOfWhoAsks_ApprovesNothingForThemWithinADay(string how)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var (ada, cleo) = (scenario.Person("ada", s_chief), scenario.Person("cleo", s_chief));
        var eve = scenario.Person("eve", how == "raised" ? [Role.BackupReader] : s_chief);
        scenario.Days(2); // that the console made them is long ago
        var own = await ada.SignInAsync();
        if (how == "made")
            eve = scenario.Enrol("mallory", own.Accounts.Invite(new InvitationRequest("mallory", s_chief)));
        if (how == "reset") eve = scenario.Enrol("eve", own.Accounts.Reset(eve.Account));
        if (how == "raised") own.Accounts.SetRoles(eve.Account, new RolesRequest(s_chief));
        On(scenario);

        string pin = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        var asked = Ask(scenario, pin);
        var puppet = await eve.SignInAsync();
        ServedScenario.Code(() => puppet.Security.Decide(asked, isApproved: true)).ShouldBe("approval.new");
        // For somebody else it is a second person at once.
        pin = await PinAsync(scenario, cleo, CriticalOperation.DeleteData);
        (await eve.SignInAsync()).Security.Decide(Ask(scenario, pin), isApproved: true)
            .State.ShouldBe(ApprovalState.Approved);

        scenario.Days(2);
        pin = await PinAsync(scenario, ada, CriticalOperation.DeleteData);
        (await eve.SignInAsync()).Security.Decide(Ask(scenario, pin), isApproved: true)
            .State.ShouldBe(ApprovalState.Approved);
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

    private static async Task<(PersonDouble Ada, PersonDouble Ben)> TwoAsync(
        ServedScenario scenario, bool guardsPin = false)
    {
        var (ada, ben) = (scenario.Person("ada", s_chief), scenario.Person("ben", s_chief));
        On(scenario, guardsPin);
        await Task.CompletedTask;
        return (ada, ben);
    }

    private static void On(ServedScenario scenario, bool guardsPin = false) => scenario.Console.Security.Change(
        null,
        SettingsChangeRequest.To(SecuritySettings.Default with { MultiUser = new(true, true, true, guardsPin) }), null);

    private static Id128 Ask(ServedScenario scenario, string pin)
    {
        ServedScenario.Code(() => scenario.Agent().Stop(scenario.Source, s_delete, pin)).ShouldBe("approval.asked");
        return scenario.Console.Security.ListApprovals().Items[0].Id;
    }

    private static async Task ApproveAsync(ServedScenario scenario, PersonDouble approver)
    {
        var asked = scenario.Console.Security.ListApprovals().Items[0];
        (await approver.SignInAsync()).Security.Decide(asked.Id, isApproved: true).State
            .ShouldBe(ApprovalState.Approved);
    }

    private static string MakePin(ServedScenario scenario, ManagedVault own, PersonDouble maker) =>
        own.Security.MakePin(new PinRequest(
            CriticalOperation.DeleteData, scenario.Machine, scenario.Subject, maker.Code())).Pin;

    private static async Task<string> PinAsync(
        ServedScenario scenario, PersonDouble maker, CriticalOperation operation) =>
        (await maker.SignInAsync()).Security.MakePin(
            new PinRequest(operation, scenario.Machine, scenario.Subject, maker.Code())).Pin;
}
