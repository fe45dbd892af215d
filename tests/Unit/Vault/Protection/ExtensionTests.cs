using System.Text;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Roles;
using Coffer.Format.Policies;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Protection;

/// <summary>Points that somebody keeps for longer than their policy does.</summary>
public sealed class ExtensionTests
{
    private static readonly RetentionRules s_tenDays = new(new DailyRetention(10), null, null, null);

    [Fact]
    public async Task Extend_APoint_OutlivesItsPolicyUntilThatDay()
    {
        await using var scenario = await MadeAsync(s_tenDays);
        var until = scenario.Time.GetUtcNow().AddDays(40);
        var answer = scenario.Console.Items.Extend(scenario.Point, new ExtendRequest(until));
        answer.EndsAt.ShouldBe(until);
        await scenario.CommitAsync(2);
        scenario.Days(39);
        await scenario.CommitAsync(3); // as good as the first from now on
        scenario.Upkeep();
        Live(scenario).ShouldBe([1, 3]);
        scenario.Days(2);
        scenario.Upkeep();
        Live(scenario).ShouldBe([3]);
    }

    [Fact]
    public async Task Extend_ToAnEarlierDay_ShortensNothing()
    {
        await using var scenario = await MadeAsync(s_tenDays);
        var now = scenario.Time.GetUtcNow();
        scenario.Console.Items.Extend(scenario.Point, new ExtendRequest(now.AddDays(3))).EndsAt
            .ShouldBe(now.AddDays(10));
        scenario.Console.Items.Extend(scenario.Point, new ExtendRequest(now.AddDays(60)));
        scenario.Console.Items.Extend(scenario.Point, new ExtendRequest(now.AddDays(20))).EndsAt
            .ShouldBe(now.AddDays(60));
        scenario.Vault.Engine.Opened.Catalog.Points.Find(scenario.Point)!.ExtendedUntil.ShouldBe(now.AddDays(60));
    }

    [Fact]
    public async Task Extend_BeforeThePolicyIsShortened_StillCounts()
    {
        await using var scenario = await MadeAsync(s_tenDays with { Daily = new DailyRetention(90) });
        var until = scenario.Time.GetUtcNow().AddDays(30);
        scenario.Console.Items.Extend(scenario.Point, new ExtendRequest(until));
        await StoreAsync(scenario, s_tenDays, 2);
        await scenario.CommitAsync(2);
        scenario.Days(29);
        scenario.Upkeep();
        Live(scenario).ShouldBe([1, 2]);
        scenario.Points()[0].ExpiresAt.ShouldBe(until);
    }

    [Fact]
    public async Task Extend_ByTheMachine_GoesAsFarAsItsPolicyAndNoFurther()
    {
        await using var scenario = await MadeAsync(s_tenDays);
        var now = scenario.Time.GetUtcNow();
        var agent = scenario.Agent();
        agent.Extend(scenario.Point, new ExtendRequest(now.AddDays(9))).EndsAt.ShouldBe(now.AddDays(10));
        Code(() => agent.Extend(scenario.Point, new ExtendRequest(now.AddDays(11)))).ShouldBe("extend.by-person");
        scenario.Days(5);
        now = scenario.Time.GetUtcNow();
        agent.Extend(scenario.Point, new ExtendRequest(now.AddDays(9))).EndsAt.ShouldBe(now.AddDays(9));
        Code(() => agent.Extend(default, new ExtendRequest(now.AddDays(9)))).ShouldBe("machine.not-yours");
    }

    [Fact]
    public async Task Extend_PastFarOrOfADeletedPoint_IsRefused()
    {
        await using var scenario = await MadeAsync(s_tenDays);
        var now = scenario.Time.GetUtcNow();
        var items = scenario.Console.Items;
        Code(() => items.Extend(scenario.Point, new ExtendRequest(now))).ShouldBe("time.past");
        Code(() => items.Extend(scenario.Point, new ExtendRequest(now.AddYears(100)))).ShouldBe("extend.too-long");
        items.Extend(scenario.Point, new ExtendRequest(now.AddYears(99)));
        scenario.Vault.Engine.Points.Delete(scenario.Point, TimeSpan.FromDays(14));
        Code(() => items.Extend(scenario.Point, new ExtendRequest(now.AddDays(5)))).ShouldBe("point.deleted");
    }

    [Fact]
    public async Task Extend_ByAPerson_TakesAContributorAndIsAudited()
    {
        await using var scenario = await MadeAsync(s_tenDays);
        var request = new ExtendRequest(scenario.Time.GetUtcNow().AddDays(200));
        var operators = await scenario.Person("olga", Role.BackupOperator).SignInAsync();
        Code(() => operators.Items.Extend(scenario.Point, request)).ShouldBe("role.missing");
        var contributor = await scenario.Person("carl", Role.BackupContributor).SignInAsync();
        contributor.Items.Extend(scenario.Point, request);
        scenario.Vault.Engine.Opened.Audit.Page(0, 1000).ShouldContain(
            entry => entry.Operation == "points.extend" && entry.Actor.Contains("carl"));
    }

    [Fact]
    public async Task Extend_OfASourceWithoutAPolicy_EndsNothing()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var until = scenario.Time.GetUtcNow().AddDays(5);
        scenario.Console.Items.Extend(scenario.Point, new ExtendRequest(until)).EndsAt.ShouldBeNull();
    }

    private static async Task<ServedScenario> MadeAsync(RetentionRules rules)
    {
        var scenario = await ServedScenario.MakeAsync();
        await StoreAsync(scenario, rules, 1);
        return scenario;
    }

    private static Task StoreAsync(ServedScenario scenario, RetentionRules rules, long version)
    {
        var policy = ProtectionPolicy.Empty("UTC") with
        {
            Version = version,
            Items = [new PolicyItem(Encoding.UTF8.GetBytes("/data"))],
            Retention = rules,
        };
        return scenario.Vault.Engine.StorePolicyAsync(
            scenario.Machine, version, PolicyCodec.Encode(policy), default);
    }

    private static IEnumerable<long> Live(ServedScenario scenario) => scenario.Points()
        .Where(point => point.State == Contracts.Points.PointState.Live).Select(point => point.Sequence);

    private static string Code(Action act) => ServedScenario.Code(act);
}
