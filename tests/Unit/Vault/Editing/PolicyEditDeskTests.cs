using System.Text;
using Coffer.Contracts.Management;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Format.Policies;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Editing;

/// <summary>Edits that people make at the vault, and what it takes of machines because of them.</summary>
public sealed class PolicyEditDeskTests
{
    private static readonly ProtectionPolicy s_first = ProtectionPolicy.Empty("UTC") with
    {
        Version = 1,
        Items = [new PolicyItem("/data"u8.ToArray()), new PolicyItem("/home"u8.ToArray())],
    };

    [Fact]
    public async Task Edit_ThatStrengthens_IsOfferedAndAcceptedOnceItIsStored()
    {
        await using var scenario = await MadeAsync();
        var edit = scenario.Console.Policies.Edit(scenario.Machine, Keep(60), null);
        (edit.State, edit.BasedOn).ShouldBe((PolicyEditState.Pending, 1));
        var offered = scenario.Agent().ReadRequests(scenario.Machine).Edit!;
        offered.Id.ShouldBe(edit.Id);

        Code(() => scenario.Agent().AnswerEdit(scenario.Machine, edit.Id, new EditAnswer())).ShouldBe("edit.unknown");
        var taken = Taken(s_first, offered);
        Store(scenario, taken, edit.Id);
        State(scenario).ShouldBe(PolicyEditState.Accepted); // also should it never say so
        scenario.Agent().ReadRequests(scenario.Machine).Edit.ShouldNotBeNull(); // it may have died before its end
        Store(scenario, taken, edit.Id); // and sends it again
        scenario.Agent().AnswerEdit(scenario.Machine, edit.Id, new EditAnswer());
        scenario.Agent().AnswerEdit(scenario.Machine, edit.Id, new EditAnswer());
        scenario.Agent().ReadRequests(scenario.Machine).Edit.ShouldBeNull();
        InForce(scenario).Retention.Daily.ShouldBe(new DailyRetention(60));
    }

    [Fact]
    public async Task Edit_ThatWeakens_TakesAPinHereAndNoneOfTheMachine()
    {
        await using var scenario = await MadeAsync();
        var preview = scenario.Console.Policies.Preview(scenario.Machine, Keep(8));
        preview.PinFor.ShouldBe(CriticalOperation.ShortenRetention);
        Code(() => scenario.Console.Policies.Edit(scenario.Machine, Keep(8), null)).ShouldBe("pin.needed");
        string other = scenario.Pin(CriticalOperation.ShortenRetention, "policy of another", scenario.Machine);
        Code(() => scenario.Console.Policies.Edit(scenario.Machine, Keep(8), other)).ShouldBe("pin.other");
        scenario.Agent().ReadRequests(scenario.Machine).Edit.ShouldBeNull();

        var edit = Weaken(scenario);
        var taken = Taken(s_first, scenario.Agent().ReadRequests(scenario.Machine).Edit!);
        Code(() => Store(scenario, taken)).ShouldBe("pin.needed"); // that there is an edit says nothing by itself
        Store(scenario, taken, edit);
        InForce(scenario).Version.ShouldBe(2);
        scenario.Console.Security.ListAudit(null, 1000).Items.ShouldContain(entry =>
            entry.Operation == "policies.edit" && entry.Details.Any(fact => fact.Value == "DailyRetentionShortened"));
    }

    [Fact]
    public async Task Policy_ThatIsMoreThanTheEdit_IsJudgedAsIfThereWereNone()
    {
        await using var scenario = await MadeAsync();
        var edit = Weaken(scenario);
        var taken = Taken(s_first, scenario.Agent().ReadRequests(scenario.Machine).Edit!);
        Code(() => Store(scenario, taken with { Items = [s_first.Items[0]] }, edit)).ShouldBe("pin.needed");
        Code(() => Store(scenario, taken with { Retention = s_first.Retention with { Daily = new(7) } }, edit))
            .ShouldBe("pin.needed");
        Code(() => Store(scenario, taken with { Version = 3 }, edit)).ShouldBe("pin.needed");
        Code(() => Store(scenario, taken, Id128.Random())).ShouldBe("pin.needed");
        InForce(scenario).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Edit_OfBefore_AllowsNothingAnyMore()
    {
        await using var scenario = await MadeAsync();
        var old = Weaken(scenario);
        var taken = Taken(s_first, scenario.Agent().ReadRequests(scenario.Machine).Edit!);
        scenario.Console.Policies.Edit(scenario.Machine, Keep(90), null); // in its place
        Code(() => Store(scenario, taken, old)).ShouldBe("pin.needed");
        Code(() => scenario.Agent().AnswerEdit(scenario.Machine, old, new EditAnswer("x"))).ShouldBe("edit.unknown");

        var cancelled = Weaken(scenario);
        scenario.Console.Policies.CancelEdit(scenario.Machine);
        Code(() => Store(scenario, taken, cancelled)).ShouldBe("pin.needed");
        State(scenario).ShouldBe(PolicyEditState.Cancelled);

        var late = Weaken(scenario);
        scenario.Days(31);
        Code(() => Store(scenario, taken, late)).ShouldBe("pin.needed");
        State(scenario).ShouldBe(PolicyEditState.Expired);
        scenario.Agent().ReadRequests(scenario.Machine).Edit.ShouldBeNull();
    }

    [Fact]
    public async Task Edit_OfAPolicyThatHasChangedSince_AllowsNothing()
    {
        await using var scenario = await MadeAsync();
        var edit = Weaken(scenario);
        var longer = s_first with { Version = 2, Retention = s_first.Retention with { Daily = new(300) } };
        Store(scenario, longer);
        var offered = scenario.Agent().ReadRequests(scenario.Machine).Edit!;
        Code(() => Store(scenario, Taken(longer, offered), edit)).ShouldBe("pin.needed");
        Code(() => scenario.Console.Policies.Edit(scenario.Machine, Keep(8) with { BasedOn = 1 }, null))
            .ShouldBe("edit.outdated");
    }

    [Fact]
    public async Task Edit_ThatWasAllowed_IsBlockedByImmutabilityAllTheSame()
    {
        await using var scenario = await MadeAsync();
        var edit = Weaken(scenario);
        var settings = scenario.Console.Security.Show().Settings;
        scenario.Console.Security.Change(
            null, SettingsChangeRequest.To(settings with { Immutability = Immutability.On }), null);
        var taken = Taken(s_first, scenario.Agent().ReadRequests(scenario.Machine).Edit!);
        Code(() => Store(scenario, taken, edit)).ShouldStartWith("security.");
        InForce(scenario).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Edit_BelowTheMinimum_OrOfNothing_OrUnreadable_IsNotMade()
    {
        await using var scenario = await MadeAsync();
        Refused(scenario, """{"retention":{"daily":{"days":6}}}""", "policy.minimum");
        Refused(scenario, "{}", "edit.nothing");
        Refused(scenario, """{"snapshots":"when-possible"}""", "edit.nothing");
        Refused(scenario, """{"hooks":[]}""", "edit.unreadable");
        Refused(scenario, """{"items":["etc"]}""", "policy.wrong");
        scenario.Console.Policies.ListEdits(null, null).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Edit_ThatIsDeclined_TellsWhy()
    {
        await using var scenario = await MadeAsync();
        var edit = scenario.Console.Policies.Edit(
            scenario.Machine, new PolicyEditRequest("""{"items":["/data","/etc","/home"]}"""), null);
        edit.Parts.ShouldBe([PolicyPart.Items]);
        scenario.Agent().AnswerEdit(
            scenario.Machine, edit.Id, new EditAnswer("edit.not-allowed", new string('x', 5000)));
        var told = scenario.Console.Policies.ListEdits(null, null).Items.Single();
        (told.State, told.Code).ShouldBe((PolicyEditState.Declined, "edit.not-allowed"));
        told.Message!.Length.ShouldBeLessThan(2000);
        scenario.Agent().ReadRequests(scenario.Machine).Edit.ShouldBeNull();
        await scenario.RestartAsync();
        State(scenario).ShouldBe(PolicyEditState.Declined);
    }

    [Fact]
    public async Task Requests_OfAnotherMachine_AreNotTold()
    {
        await using var scenario = await MadeAsync();
        var edit = scenario.Console.Policies.Edit(scenario.Machine, Keep(60), null);
        var other = MachineId.New();
        Code(() => scenario.Agent().ReadRequests(other)).ShouldBe("machine.not-yours");
        Code(() => scenario.Agent().AnswerEdit(other, edit.Id, new EditAnswer("x"))).ShouldBe("machine.not-yours");
        Code(() => scenario.Agent().TakeBackup(other, edit.Id)).ShouldBe("machine.not-yours");
    }

    [Fact]
    public async Task Preview_TellsWhatGoesAndWhatStays()
    {
        await using var scenario = await MadeAsync();
        var longer = scenario.Console.Policies.Preview(scenario.Machine, Keep(2000)); // longer than its yearly tag
        longer.Weakens.ShouldBeEmpty();
        longer.RetentionThen.ShouldContain("2,000 days");
        longer.Items.Single().ShouldSatisfyAllConditions(
            item => item.Points.ShouldBe(1), item => item.StayLonger.ShouldBe(1), item => item.GoAtOnce.ShouldBe(0));
        scenario.Console.Policies.ListEdits(null, null).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reader_MakesNoEditAndAsksForNothing()
    {
        await using var scenario = await MadeAsync();
        var reader = await scenario.Person("reads", Role.BackupReader).SignInAsync();
        Code(() => reader.Policies.Edit(scenario.Machine, Keep(60), null)).ShouldBe("role.missing");
        Code(() => reader.Policies.AskBackup(scenario.Machine, new BackupAsk())).ShouldBe("role.missing");
        var operates = await scenario.Person("operates", Role.BackupOperator).SignInAsync();
        Code(() => operates.Policies.SetTemplate("gold", new PolicyTemplateRequest("{}"))).ShouldBe("role.missing");
        operates.Policies.AskBackup(scenario.Machine, new BackupAsk()).State.ShouldBe(BackupAskState.Pending);
    }

    private static async Task<ServedScenario> MadeAsync()
    {
        var scenario = await ServedScenario.MakeAsync();
        Store(scenario, s_first);
        return scenario;
    }

    private static Id128 Weaken(ServedScenario scenario)
    {
        var preview = scenario.Console.Policies.Preview(scenario.Machine, Keep(8));
        string pin = scenario.Pin(preview.PinFor!.Value, preview.Object, scenario.Machine);
        return scenario.Console.Policies.Edit(scenario.Machine, Keep(8), pin).Id;
    }

    private static PolicyEditRequest Keep(int days) => new(Encoding.UTF8.GetString(PolicyMembers.Encode(
        s_first with { Retention = s_first.Retention with { Daily = new DailyRetention(days) } },
        [PolicyPart.Retention])));

    private static ProtectionPolicy Taken(ProtectionPolicy own, OfferedEdit edit) =>
        PolicyMembers.Apply(own, edit.Members, "the edit") with { Version = own.Version + 1 };

    private static void Refused(ServedScenario scenario, string members, string code) => Code(
        () => scenario.Console.Policies.Edit(scenario.Machine, new PolicyEditRequest(members), null)).ShouldBe(code);

    private static PolicyEditState State(ServedScenario scenario) =>
        scenario.Console.Policies.ListEdits(null, null).Items.Single().State;

    private static void Store(ServedScenario scenario, ProtectionPolicy policy, Id128? edit = null) =>
        scenario.Agent().StorePolicy(
            scenario.Machine, new StoredPolicy(policy.Version, PolicyCodec.Encode(policy)), null, edit);

    private static ProtectionPolicy InForce(ServedScenario scenario) => PolicyCodec.Decode(
        scenario.Vault.Engine.Opened.Catalog.Machines.NewestPolicy(scenario.Machine)!.Json, "the policy in force");

    private static string Code(Action act) => ServedScenario.Code(act);
}
