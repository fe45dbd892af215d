using System.Text;
using Coffer.Agent.Policies;
using Coffer.Contracts.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Format.Policies;

namespace Coffer.Unit.Agent.Policies;

/// <summary>What a machine makes of edits that its vault offers, whoever holds that.</summary>
public sealed class EditTakingTests
{
    private const string Times = """{"schedule":{"days":[],"everyWeeks":1,"randomDelayMinutes":0,"times":["03:00"]}}""";
    private const string Forever = """{"retention":{}}""";
    private const string Etc = """{"items":["/etc"]}""";
    private const string NoCaches = """{"skipsCacheFolders":false}""";
    private const string Bare = """{"snapshots":"off"}""";
    private const string LessOut = """{"exclusions":[]}""";

    private static readonly ProtectionPolicy s_own = ProtectionPolicy.Empty("Europe/Berlin") with
    {
        Version = 4,
        Items = [new PolicyItem("/home"u8.ToArray())],
        Exclusions = [ExclusionPattern.Parse("*.key"u8)],
    };

    [Theory]
    [InlineData(PortalEdits.ScheduleAndRetention, Times, null)]
    [InlineData(PortalEdits.ScheduleAndRetention, Forever, null)]
    [InlineData(PortalEdits.ScheduleAndRetention, Etc, "edit.not-allowed")]
    [InlineData(PortalEdits.ScheduleAndRetention, LessOut, "edit.not-allowed")]
    [InlineData(PortalEdits.ScheduleAndRetention, NoCaches, "edit.not-allowed")]
    [InlineData(PortalEdits.ScheduleAndRetention, Bare, "edit.not-allowed")]
    [InlineData(PortalEdits.All, Etc, null)]
    [InlineData(PortalEdits.All, LessOut, null)]
    [InlineData(PortalEdits.All, Bare, null)]
    [InlineData(PortalEdits.None, Times, "edit.not-allowed")]
    [InlineData(PortalEdits.None, Etc, "edit.not-allowed")]
    [InlineData(PortalEdits.All, """{"hooks":{"before":"rm -r /"}}""", "edit.unreadable")]
    [InlineData(PortalEdits.All, """{"retention":{},"proxy":"http://192.0.2.1/"}""", "edit.unreadable")]
    [InlineData(PortalEdits.All, """{"items":["etc"]}""", "policy.wrong")]
    [InlineData(PortalEdits.All, """{"items":["/home/../etc"]}""", "policy.wrong")]
    [InlineData(PortalEdits.All, """{"exclusions":[""]}""", "pattern.invalid")]
    [InlineData(PortalEdits.All, """{"retention":{"daily":{"days":99999}}}""", "edit.unreadable")]
    [InlineData(PortalEdits.All, """{"retention":{},"retention":{}}""", "edit.unreadable")]
    [InlineData(PortalEdits.All, """[]""", "edit.unreadable")]
    [InlineData(PortalEdits.All, "", "edit.unreadable")]
    public void Edit_UnderASetting_IsTakenOrNot(PortalEdits allowed, string members, string? code)
    {
        var (policy, refusal) = Judge(members, allowed);
        refusal?.Code.ShouldBe(code);
        (policy is null).ShouldBe(code is not null);
        if (policy is not null) policy.Version.ShouldBe(5);
    }

    [Fact]
    public void Edit_OfTheSchedule_ChangesNothingElse()
    {
        var policy = Judge(Times, PortalEdits.ScheduleAndRetention).Policy!;
        policy.Schedule.Times.ShouldBe([new TimeOnly(3, 0)]);
        policy.Schedule.TimeZone.ShouldBe("Europe/Berlin"); // it named none
        Encoded(policy with { Version = 4, Schedule = s_own.Schedule }).ShouldBe(Encoded(s_own));
    }

    [Fact]
    public void Edit_WithOneMemberThatIsNotAllowed_IsNotTakenByHalves() =>
        Judge("""{"items":["/etc"],"retention":{}}""", PortalEdits.ScheduleAndRetention).Policy.ShouldBeNull();

    [Fact]
    public void Edit_OfAPolicyThatHasChangedSince_IsNotTaken()
    {
        Judge(Times, PortalEdits.All, basedOn: 3).Refusal!.Code.ShouldBe("edit.outdated");
        Judge(Times, PortalEdits.All, basedOn: 5).Refusal!.Code.ShouldBe("edit.outdated");
        Judge(Times, PortalEdits.All, basedOn: long.MaxValue).Refusal!.Code.ShouldBe("edit.outdated");
        Judge(Times, PortalEdits.All, basedOn: long.MinValue).Refusal!.Code.ShouldBe("edit.outdated");
    }

    [Fact]
    public void Edit_ThatIsInForceAlready_IsTakenAsItIs()
    {
        var taken = Judge(Times, PortalEdits.ScheduleAndRetention).Policy!;
        var again = EditTaking.Judge(taken, Offer(Times, 4), PortalEdits.ScheduleAndRetention);
        again.Policy.ShouldBe(taken);
    }

    [Fact]
    public void Edit_OfMoreThanIsBearable_IsNotTaken()
    {
        string paths = string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"/{i}\""));
        Judge($$"""{"items":[{{paths}}]}""", PortalEdits.All).Refusal!.Code.ShouldBe("policy.wrong");
        Judge($$"""{"exclusions":[{{paths}}]}""", PortalEdits.All).Refusal!.Code.ShouldBe("policy.wrong");
        Judge(new string(' ', 2 << 20), PortalEdits.All).Refusal!.Code.ShouldBe("edit.unreadable");
        Judge(new string('[', 100_000), PortalEdits.All).Refusal!.Code.ShouldBe("edit.unreadable");
    }

    [Fact]
    public void Edits_AtRandom_SelectNothingThatTheSettingDoesNotAllow()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var allowed = (PortalEdits)random.Next(1, 4);
            string members = RandomMembers(random);
            long basedOn = random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : 4;
            string told = $"seed {seed}, {i}: {allowed}, {basedOn}, {members}";
            var (policy, refusal) = EditTaking.Judge(s_own, Offer(members, basedOn), allowed);
            (policy is null).ShouldBe(refusal is not null, told);
            if (policy is null) continue;
            taken++;
            allowed.ShouldNotBe(PortalEdits.None, told);
            policy.Version.ShouldBe(5, told);
            PolicyRules.Problems(policy).ShouldBeEmpty(told);
            // It says nothing that a policy cannot say: what is kept reads back as what it is.
            Encoded(PolicyCodec.Decode(PolicyCodec.Encode(policy), "policy")).ShouldBe(Encoded(policy), told);
            if (allowed == PortalEdits.ScheduleAndRetention)
                Encoded(policy with { Version = 4, Schedule = s_own.Schedule, Retention = s_own.Retention })
                    .ShouldBe(Encoded(s_own), told);
        }
        taken.ShouldBeGreaterThan(100, $"seed {seed}");
    }

    private static string RandomMembers(Random random)
    {
        string[] some =
        [
            Times, Forever, Etc, NoCaches, Bare, LessOut,
            """{"items":["/"]}""", """{"items":["/home/ann","/etc/shadow"]}""", """{"items":["\\x00/etc"]}""",
            """{"items":[null]}""", """{"items":{"0":"/etc"}}""", """{"exclusions":["!/etc/**","*"]}""",
            """{"retention":{"daily":{"days":-1}}}""", """{"retention":{"weekly":{"on":[],"weeks":5}}}""",
            """{"retention":{"daily":{"days":9999,"times":["03:00"]}}}""", """{"schedule":null}""",
            """{"schedule":{"days":["Monday"],"everyWeeks":99999999999,"randomDelayMinutes":0,"times":["03:00"]}}""",
            """{"schedule":{"days":[],"everyWeeks":1,"randomDelayMinutes":0,"timeZone":"../../etc","times":[]}}""",
            """{"hooks":["sh"]}""", """{"version":9}""", """{"portalEdits":"all"}""", """{"proxy":"http://x/"}""",
        ];
        var chosen = new List<string>();
        for (int i = random.Next(4); i >= 0; i--) chosen.Add(some[random.Next(some.Length)][1..^1]);
        string members = "{" + string.Join(',', chosen) + "}";
        if (random.Next(4) > 0) return members;
        char[] hurt = members.ToCharArray();
        hurt[random.Next(hurt.Length)] = (char)random.Next(1, 127);
        return new string(hurt);
    }

    private static (ProtectionPolicy? Policy, Fault? Refusal) Judge(
        string members, PortalEdits allowed, long basedOn = 4) =>
        EditTaking.Judge(s_own, Offer(members, basedOn), allowed);

    private static OfferedEdit Offer(string members, long basedOn) =>
        new(Id128.Random(), basedOn, Encoding.UTF8.GetBytes(members));

    private static string Encoded(ProtectionPolicy policy) => Encoding.UTF8.GetString(PolicyCodec.Encode(policy));
}
