using Coffer.Contracts.Registration;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Operations;
using Coffer.Format.Policies;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Protection;

/// <summary>What a machine may change of its own policy, and what takes a PIN for just those values.</summary>
public sealed class PolicyDeskTests
{
    private static readonly ProtectionPolicy s_first = ProtectionPolicy.Empty("UTC") with
    {
        Version = 1,
        Items = [new PolicyItem("/data"u8.ToArray()), new PolicyItem("/home"u8.ToArray())],
    };

    [Fact]
    public async Task Edit_ThatOnlyStrengthens_IsTaken()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Store(scenario, s_first);
        var stronger = s_first with
        {
            Version = 2,
            Items = [.. s_first.Items, new PolicyItem("/srv"u8.ToArray())],
            Retention = s_first.Retention with { Daily = new DailyRetention(60) },
        };
        Store(scenario, stronger);
        InForce(scenario).Items.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(CriticalOperation.RemoveFromPolicy)]
    [InlineData(CriticalOperation.AddExclusion)]
    [InlineData(CriticalOperation.ShortenRetention)]
    [InlineData(CriticalOperation.LowerFrequency)]
    [InlineData(CriticalOperation.LoosenSnapshots)]
    public async Task Edit_ThatWeakens_TakesAPinForJustTheseValues(CriticalOperation operation)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Store(scenario, s_first);
        var weaker = Weaker(operation);
        ServedScenario.Code(() => Store(scenario, weaker)).ShouldBe("pin.needed");

        string forOther = scenario.Pin(operation, SubjectOf(weaker with { Version = 3 }), scenario.Machine);
        ServedScenario.Code(() => Store(scenario, weaker, forOther)).ShouldBe("pin.other");
        InForce(scenario).Version.ShouldBe(1);

        Store(scenario, weaker, scenario.Pin(operation, SubjectOf(weaker), scenario.Machine));
        InForce(scenario).Version.ShouldBe(2);
        Store(scenario, weaker); // sent again, as the answer was lost
    }

    [Fact]
    public async Task Edit_BelowTheMinimum_IsRefusedWithAPinToo()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Store(scenario, s_first);
        var tooShort = s_first with
        {
            Version = 2,
            Retention = s_first.Retention with { Daily = new DailyRetention(6) },
        };
        string pin = scenario.Pin(CriticalOperation.ShortenRetention, SubjectOf(tooShort), scenario.Machine);
        ServedScenario.Code(() => Store(scenario, tooShort, pin)).ShouldBe("policy.minimum");
    }

    [Fact]
    public async Task Edit_ThatCannotBeRead_IsRefused()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        ServedScenario.Code(() => scenario.Agent().StorePolicy(
            scenario.Machine, new StoredPolicy(1, "{}"u8.ToArray()), null)).ShouldBe("vault.policy");
    }

    [Fact]
    public async Task Edit_WithMoreThanIsBearable_IsRefused()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Refused(scenario, Items(1001));
        Refused(scenario, s_first with { Exclusions = Exclusions(1001) });
        Refused(scenario, s_first with { Schedule = s_first.Schedule with { Times = Times(25) } });
        Refused(scenario, s_first with { Version = 10_001 });
        scenario.Vault.Engine.Opened.Catalog.Machines.NewestPolicy(scenario.Machine).ShouldBeNull();

        Store(scenario, Items(1000) with
        {
            Version = 10_000,
            Exclusions = Exclusions(1000),
            Schedule = s_first.Schedule with { Times = Times(24) },
        });
        InForce(scenario).Version.ShouldBe(10_000);
        Refused(scenario, InForce(scenario) with { Version = 20_001 });
    }

    private static void Refused(ServedScenario scenario, ProtectionPolicy policy) =>
        ServedScenario.Code(() => Store(scenario, policy)).ShouldBe("vault.policy");

    private static ProtectionPolicy Items(int count) => s_first with
    {
        Items = [.. Numbers(count).Select(n => new PolicyItem(Bytes($"/data/{n}")))],
    };

    private static ExclusionPattern[] Exclusions(int count) =>
        [.. Numbers(count).Select(n => ExclusionPattern.Parse(Bytes($"*.{n}")))];

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static TimeOnly[] Times(int count) =>
        [.. Numbers(count).Select(n => new TimeOnly(0, 0).AddMinutes(30 * n))];

    private static ProtectionPolicy Weaker(CriticalOperation operation) => operation switch
    {
        CriticalOperation.RemoveFromPolicy => s_first with { Version = 2, Items = [s_first.Items[0]] },
        CriticalOperation.AddExclusion => s_first with
        {
            Version = 2,
            Exclusions = [ExclusionPattern.Parse("*.pst"u8.ToArray())],
        },
        CriticalOperation.ShortenRetention => s_first with
        {
            Version = 2,
            Retention = s_first.Retention with { Daily = new DailyRetention(8) },
        },
        CriticalOperation.LowerFrequency => s_first with
        {
            Version = 2,
            Schedule = s_first.Schedule with { Days = [DayOfWeek.Monday] },
        },
        _ => s_first with { Version = 2, Snapshots = SnapshotUse.Off },
    };

    private static string SubjectOf(ProtectionPolicy policy) =>
        Coffer.Vault.Security.Subjects.OfPolicy(PolicyCodec.Encode(policy));

    private static void Store(ServedScenario scenario, ProtectionPolicy policy, string? pin = null) =>
        scenario.Agent().StorePolicy(
            scenario.Machine, new StoredPolicy(policy.Version, PolicyCodec.Encode(policy)), pin);

    private static ProtectionPolicy InForce(ServedScenario scenario) => PolicyCodec.Decode(
        scenario.Vault.Engine.Opened.Catalog.Machines.NewestPolicy(scenario.Machine)!.Json, "the policy in force");
}
