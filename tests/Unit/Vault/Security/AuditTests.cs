using Coffer.Contracts.Protection;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Roles;
using Coffer.Vault;

namespace Coffer.Unit.Vault.Security;

/// <summary>The audit log: complete, chained, and there after the catalog is lost.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Changes_AreEntriesByTheirCallers()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = await scenario.Person("ada", Role.BackupContributor).SignInAsync();
        ada.Items.Stop(scenario.Source, new StopRequest(StopWay.RetainData, "holidays"), null);
        var last = scenario.Console.Security.ListAudit(null, null).Items[^1];
        last.Operation.ShouldBe("items.stop");
        last.Actor.ShouldStartWith("account ada ");
        last.Object.ShouldBe(scenario.Subject);
        last.Details.ShouldContain(KeyValuePair.Create("reason", "holidays"));
        var verdict = scenario.Console.Security.VerifyAudit(null);
        verdict.Finding.ShouldBeNull();
        verdict.Head.Number.ShouldBe(last.Number);
    }

    [Fact]
    public async Task Entry_ChangedInTheCatalog_IsFound()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < 5; i++) scenario.Console.MakeCredentials();
        await scenario.Vault.DisposeAsync();
        Sql(scenario, "UPDATE audit SET actor = 'nobody' WHERE number = 3");
        await scenario.OpenAsync();
        var finding = scenario.Console.Security.VerifyAudit(null).Finding!;
        (finding.Number, finding.Defect).ShouldBe((3, AuditDefect.Altered));
    }

    [Fact]
    public async Task Tail_Cut_IsFoundByAHeadThatWasNoted()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < 5; i++) scenario.Console.MakeCredentials();
        var noted = scenario.Console.Security.VerifyAudit(null).Head;
        await scenario.Vault.DisposeAsync();
        Sql(scenario, "DELETE FROM audit WHERE number > 3");
        await scenario.OpenAsync();
        scenario.Console.Security.VerifyAudit(null).Finding.ShouldBeNull();
        scenario.Console.Security.VerifyAudit(noted).Finding!.Defect.ShouldBe(AuditDefect.CutTail);
    }

    [Fact]
    public async Task Catalog_Lost_ComesBackWithAuditLogSwitchesAndAccounts()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.SecurityAdministrator);
        var locked = scenario.Vault.Engine.Opened.Settings with
        {
            Immutability = Coffer.Domain.Security.Settings.Immutability.Locked,
        };
        scenario.Console.Security.Change(
            null, Contracts.Management.SettingsChangeRequest.To(locked, isForGood: true), null);
        var head = scenario.Console.Security.VerifyAudit(null).Head;
        await scenario.Vault.DisposeAsync();
        File.Delete(Path.Combine(scenario.Files.Fixture.Opened, "catalog.db"));
        await VaultFixture.RecoverAsync(
            scenario.Files.Fixture.Opened, scenario.Files.Fixture.Options, null, null, default);

        await scenario.OpenAsync();
        var verdict = scenario.Console.Security.VerifyAudit(head);
        verdict.Finding.ShouldBeNull();
        verdict.Head.ShouldBe(head);
        scenario.Vault.Engine.Opened.Settings.ShouldBe(locked);
        (await ada.SignInAsync()).Security.Show().Settings.ShouldBe(locked);
    }

    [Fact]
    public async Task Refusals_OfOneKind_AreOneEntryAtOnceAndOneForTheRest()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        long before = scenario.Vault.Engine.Opened.Audit.Head.Number;
        for (int i = 0; i < 1000; i++) scenario.Vault.NoteRefusal("machine x", "items.stop", "pin.wrong");
        scenario.Vault.Engine.Opened.Audit.Head.Number.ShouldBe(before + 1);
        scenario.Days(1);
        scenario.Vault.NoteRefusal("machine y", "items.stop", "pin.wrong");
        var entries = scenario.Console.Security.ListAudit($"{before + 1}", null).Items;
        entries.Count.ShouldBe(2);
        entries[0].Details.ShouldContain(KeyValuePair.Create("count", "999"));
    }

    [Fact]
    public async Task Refusals_OfMoreKindsThanAreCounted_AreBounded()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        long before = scenario.Vault.Engine.Opened.Audit.Head.Number;
        for (int i = 0; i < 3000; i++) scenario.Vault.NoteRefusal($"address {i}", "session.begin", "signin.refused");
        scenario.Vault.Engine.Opened.Audit.Head.Number.ShouldBeLessThanOrEqualTo(before + 1001);
    }

    private static void Sql(ServedScenario scenario, string sql)
    {
        string path = Path.Combine(scenario.Files.Fixture.Opened, "catalog.db");
        using var catalog = Coffer.Vault.Databases.Database.Open(path, Coffer.Vault.Catalogs.CatalogSchema.Schema);
        catalog.Execute(sql);
    }
}
