using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Format.Policies;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Editing;

/// <summary>Backups that people ask machines for, and templates.</summary>
public sealed class AskedRunTests
{
    [Fact]
    public async Task Request_IsToldUntilItIsTaken()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var asked = scenario.Console.Policies.AskBackup(
            scenario.Machine, new BackupAsk([scenario.Source], scenario.Time.GetUtcNow().AddDays(5)));
        var told = scenario.Agent().ReadRequests(scenario.Machine).Backup!;
        (told.Id, told.Sources.Single(), told.RetainUntil).ShouldBe((asked.Id, scenario.Source, asked.RetainUntil));
        Code(() => scenario.Agent().TakeBackup(scenario.Machine, Id128.Random())).ShouldBe("request.unknown");
        scenario.Agent().TakeBackup(scenario.Machine, asked.Id);
        scenario.Agent().TakeBackup(scenario.Machine, asked.Id); // the answer was lost
        scenario.Agent().ReadRequests(scenario.Machine).Backup.ShouldBeNull();
        List(scenario).State.ShouldBe(BackupAskState.Taken);
    }

    [Fact]
    public async Task Request_RetainedForLongerThanThePolicyKeepsAnything_IsAnsweredWithItsEnd()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var policy = ProtectionPolicy.Empty("UTC") with
        {
            Version = 1,
            Items = [new PolicyItem("/data"u8.ToArray())],
            Retention = new RetentionRules(new DailyRetention(10), null, null, null),
        };
        await scenario.Vault.Engine.StorePolicyAsync(scenario.Machine, 1, PolicyCodec.Encode(policy), default);
        var now = scenario.Time.GetUtcNow();
        scenario.Console.Policies.AskBackup(scenario.Machine, new BackupAsk(null, now.AddDays(9_000)))
            .RetainUntil.ShouldBe(now.AddDays(10));
        scenario.Console.Policies.AskBackup(scenario.Machine, new BackupAsk(null, now.AddDays(3)))
            .RetainUntil.ShouldBe(now.AddDays(3));
    }

    [Fact]
    public async Task Request_OfYesterday_IsOver()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var asked = scenario.Console.Policies.AskBackup(scenario.Machine, new BackupAsk());
        scenario.Days(1);
        scenario.Agent().ReadRequests(scenario.Machine).Backup.ShouldBeNull();
        Code(() => scenario.Agent().TakeBackup(scenario.Machine, asked.Id)).ShouldBe("request.unknown");
        List(scenario).State.ShouldBe(BackupAskState.Expired);
    }

    [Fact]
    public async Task Request_OfWhatIsNotThere_IsNotMade()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Code(() => scenario.Console.Policies.AskBackup(scenario.Machine, new BackupAsk([SourceId.New()])))
            .ShouldBe("source.unknown");
        Code(() => scenario.Console.Policies.AskBackup(MachineId.New(), new BackupAsk())).ShouldBe("server.unknown");
        Code(() => scenario.Console.Policies.AskBackup(
            scenario.Machine, new BackupAsk(null, scenario.Time.GetUtcNow()))).ShouldBe("time.past");
    }

    [Theory]
    [InlineData("gold", """{"retention":{"daily":{"days":60}}}""", null)]
    [InlineData(
        "gold", """{"schedule":{"days":["Monday"],"everyWeeks":2,"randomDelayMinutes":0,"times":["03:00"]}}""", null)]
    [InlineData("gold", """{}""", "template.parts")]
    [InlineData("gold", """{"items":["/etc"]}""", "template.parts")]
    [InlineData("gold", """{"retention":{},"exclusions":["*"]}""", "template.parts")]
    [InlineData("gold", """{"hooks":["sh"]}""", "edit.unreadable")]
    [InlineData("", """{"retention":{}}""", "template.name")]
    [InlineData("..", """{"retention":{}}""", "template.name")]
    [InlineData("a/b", """{"retention":{}}""", "template.name")]
    public async Task Template_OfScheduleAndRetention_IsKept(string name, string members, string? code)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var request = new PolicyTemplateRequest(members);
        if (code is null) scenario.Console.Policies.SetTemplate(name, request);
        else Code(() => scenario.Console.Policies.SetTemplate(name, request)).ShouldBe(code);
        scenario.Console.Policies.ListTemplates().Items.Count.ShouldBe(code is null ? 1 : 0);
        if (code is not null) return;
        await scenario.RestartAsync();
        scenario.Console.Policies.ListTemplates().Items.Single().Json.ShouldBe(members);
        scenario.Console.Policies.DeleteTemplate(name);
        scenario.Console.Policies.ListTemplates().Items.ShouldBeEmpty();
        Code(() => scenario.Console.Policies.DeleteTemplate(name)).ShouldBe("template.unknown");
    }

    private static BackupAskItem List(ServedScenario scenario) =>
        scenario.Console.Policies.ListAskedBackups(null, null).Items.Single();

    private static string Code(Action act) => ServedScenario.Code(act);
}
