using System.Text;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Retention;
using Coffer.Format.Policies;
using Coffer.Vault.Editing;

namespace Coffer.Service.HostileVault;

/// <summary>What people at an honest vault would have a machine do, from their asking to its end.</summary>
public sealed class RequestTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private ManagedPolicies Vault => service.Host.Vaults[0].ManageAtConsole().Policies;

    [Fact]
    public async Task Edit_MadeAtTheVault_ComesIntoForceOnTheMachine()
    {
        using var victim = await AskingMachine.VictimAsync(service);
        await using var machine = new AskingMachine(victim);
        await machine.ProtectAsync();
        Vault.Edit(victim.Machine.Id, Keep(400), null);
        (await machine.LookAsync()).ShouldBeTrue();
        machine.Policy.Retention.Daily.ShouldBe(new DailyRetention(400));
        Newest(victim).State.ShouldBe(PolicyEditState.Accepted);
        (await machine.LookAsync()).ShouldBeFalse();
        machine.Told.Single().ShouldContain("was edited at the vault");
        await using var vault = victim.Open();
        (await vault.ReadPolicyAsync(victim.Machine.Id, default))!.Json.ShouldBe(PolicyCodec.Encode(machine.Policy));
    }

    [Fact]
    public async Task Edit_ThatTheMachineDoesNotAllow_IsDeclinedWithTheReason()
    {
        using var victim = await AskingMachine.VictimAsync(service);
        await using var machine = new AskingMachine(victim);
        await machine.ProtectAsync();
        var before = machine.Policy;
        string members = $$"""{"items":["/etc","{{victim.Data.Folder}}"]}""";
        Vault.Edit(victim.Machine.Id, new PolicyEditRequest(members), null);
        (await machine.LookAsync()).ShouldBeFalse();
        PolicyCodec.Encode(machine.Policy).ShouldBe(PolicyCodec.Encode(before));
        var told = Newest(victim);
        (told.State, told.Code).ShouldBe((PolicyEditState.Declined, "edit.not-allowed"));

        victim.Home.WriteSettings(victim.Home.ReadSettings() with { PortalEdits = PortalEdits.All });
        Vault.Edit(victim.Machine.Id, new PolicyEditRequest(members), null);
        (await machine.LookAsync()).ShouldBeTrue();
        machine.Policy.Items.Count.ShouldBe(2);
        victim.Home.WriteSettings(victim.Home.ReadSettings() with { PortalEdits = PortalEdits.None });
        Vault.Edit(victim.Machine.Id, Keep(500), null);
        (await machine.LookAsync()).ShouldBeFalse();
        Newest(victim).State.ShouldBe(PolicyEditState.Declined);
    }

    [Fact]
    public async Task Machine_ThatDiedBeforeItWroteTheEditDown_FinishesIt()
    {
        using var victim = await AskingMachine.VictimAsync(service);
        await using var machine = new AskingMachine(victim);
        await machine.ProtectAsync();
        var before = machine.Policy;
        Vault.Edit(victim.Machine.Id, Keep(450), null);
        (await machine.LookAsync()).ShouldBeTrue();
        var after = machine.Policy;

        Vault.Edit(victim.Machine.Id, Keep(460), null);
        await using (var vault = victim.Open())
        {
            var edit = (await vault.ReadRequestsAsync(victim.Machine.Id, default)).Edit!;
            var policy = after with { Version = after.Version + 1, Retention = Retention(460) };
            await vault.StorePolicyAsync(
                victim.Machine.Id, new(policy.Version, PolicyCodec.Encode(policy)), edit.Id, default);
        }
        (await machine.LookAsync()).ShouldBeTrue();
        machine.Policy.Version.ShouldBe(before.Version + 2);
        machine.Policy.Retention.Daily.ShouldBe(new DailyRetention(460));
        Newest(victim).State.ShouldBe(PolicyEditState.Accepted);
    }

    [Fact]
    public async Task Backup_AskedForAtTheVault_RunsOnceAndNotOftenerThanAllowed()
    {
        using var victim = await AskingMachine.VictimAsync(service);
        await using var machine = new AskingMachine(victim);
        await machine.ProtectAsync();
        Vault.AskBackup(victim.Machine.Id, new BackupAsk(null, TimeProvider.System.GetUtcNow().AddDays(300)));
        (await machine.LookAsync()).ShouldBeTrue();
        (await machine.LookAsync()).ShouldBeFalse();
        machine.Told.ShouldContain("The run that was asked for ended: Completed.");
        await using var vault = victim.Open();
        var points = await vault.ListPointsAsync(new PointFilter(victim.Machine.Id), default);
        points.ShouldContain(point => point.RetainUntil != null);

        Vault.AskBackup(victim.Machine.Id, new BackupAsk());
        victim.Home.WriteLastAsked(new Agent.Scheduling.LastAsked(
            Id128.Random(), TimeProvider.System.GetUtcNow().AddMinutes(20 * 3 + 5)));
        (await machine.LookAsync()).ShouldBeFalse(); // it can wait
        (await machine.LookAsync()).ShouldBeTrue();
        machine.Runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Look_WhenSomethingElseIsDueOrNoMinuteHasPassed_AsksNothing()
    {
        int opened = 0;
        using var victim = await AskingMachine.VictimAsync(service);
        await using var machine = new AskingMachine(victim, () =>
        {
            opened++;
            return victim.Open();
        });
        await machine.ProtectAsync();
        Vault.Edit(victim.Machine.Id, Keep(470), null);
        (await machine.LookAtOnceAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse();
        opened.ShouldBe(0);
        (await machine.LookAtOnceAsync(TimeSpan.FromHours(1))).ShouldBeTrue();
        Vault.Edit(victim.Machine.Id, Keep(480), null);
        (await machine.LookAtOnceAsync(TimeSpan.FromHours(1))).ShouldBeFalse();
        opened.ShouldBe(1);
    }

    private PolicyEditItem Newest(Victim victim) =>
        Vault.ListEdits(null, null).Items.Single(edit => edit.Server == victim.Machine.Id);

    private static PolicyEditRequest Keep(int days) => new(Encoding.UTF8.GetString(PolicyMembers.Encode(
        ProtectionPolicy.Empty("UTC") with { Retention = Retention(days) }, [PolicyPart.Retention])));

    private static RetentionRules Retention(int days) =>
        RetentionRules.Default with { Daily = new DailyRetention(days) };
}
