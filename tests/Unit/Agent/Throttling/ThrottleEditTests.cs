using System.Text;
using Coffer.Agent.Homes;
using Coffer.Agent.Throttling;
using Coffer.Domain;
using Coffer.Domain.Throttling;

namespace Coffer.Unit.Agent.Throttling;

public sealed class ThrottleEditTests
{
    private static readonly ThrottleEdit s_office = new()
    {
        WorkHours = "10Mbps",
        OtherHours = "none",
        WorkDays = "mon-fri",
        From = "08:00",
        To = "18:30",
        TimeZone = "Europe/Vienna",
    };

    [Fact]
    public void Apply_AllThatIsGiven_IsTheThrottle()
    {
        var rules = s_office.Apply(null, "UTC").ShouldNotBeNull();
        (rules.WorkRate, rules.OtherRate).ShouldBe((TransferRate.Of(10_000_000), null));
        rules.WorkDays.ShouldBe(ThrottleRules.MondayToFriday);
        (rules.From, rules.To, rules.TimeZone).ShouldBe((new TimeOnly(8, 0), new TimeOnly(18, 30), "Europe/Vienna"));
    }

    [Fact]
    public void Apply_APart_LeavesTheRest()
    {
        var before = s_office.Apply(null, "UTC");
        var rules = new ThrottleEdit { OtherHours = "1Gbps", To = "24:00" }.Apply(before, "UTC").ShouldNotBeNull();
        (rules.WorkRate, rules.OtherRate).ShouldBe((TransferRate.Of(10_000_000), TransferRate.Of(1_000_000_000)));
        (rules.From, rules.To, rules.TimeZone).ShouldBe((new TimeOnly(8, 0), new TimeOnly(0, 0), "Europe/Vienna"));
    }

    [Fact]
    public void Apply_ARateForAllHours_HoldsAlways()
    {
        var rules = new ThrottleEdit { Rate = "512Kbps" }.Apply(s_office.Apply(null, "UTC"), "UTC").ShouldNotBeNull();
        (rules.WorkRate, rules.OtherRate).ShouldBe((TransferRate.Of(512_000), TransferRate.Of(512_000)));
    }

    [Fact]
    public void Apply_None_LiftsIt()
    {
        var before = s_office.Apply(null, "UTC");
        new ThrottleEdit { Rate = "none" }.Apply(before, "UTC").ShouldBeNull();
        new ThrottleEdit { WorkHours = "none" }.Apply(before, "UTC").ShouldBeNull();
    }

    [Theory]
    [InlineData("mon-fri", "Mon-Fri")]
    [InlineData("Monday, wednesday,SAT", "Mon,Wed,Sat")]
    [InlineData("fri-mon", "Mon,Fri,Sat,Sun")]
    [InlineData("sat,sun", "Sat,Sun")]
    [InlineData("fri-sun", "Fri-Sun")]
    [InlineData("sun", "Sun")]
    [InlineData("mon-sun", "daily")]
    [InlineData("daily", "daily")]
    public void WorkDays_AsPeopleWriteThem_AreTold(string written, string told) =>
        ThrottleEdit.Of((s_office with { WorkDays = written }).Apply(null, "UTC")!.WorkDays).ShouldBe(told);

    [Theory]
    [InlineData("WorkDays", "mon-")]
    [InlineData("WorkDays", "")]
    [InlineData("WorkDays", "mon..fri")]
    [InlineData("WorkDays", "mon-wed-fri")]
    [InlineData("WorkDays", "workdays")]
    [InlineData("From", "8")]
    [InlineData("From", "24:00")]
    [InlineData("To", "25:00")]
    [InlineData("To", "6pm")]
    [InlineData("TimeZone", "Vienna")]
    public void Apply_HoursThatAreNone_AreRefused(string field, string text)
    {
        var edit = field switch
        {
            "WorkDays" => s_office with { WorkDays = text },
            "From" => s_office with { From = text },
            "To" => s_office with { To = text },
            _ => s_office with { TimeZone = text },
        };
        Should.Throw<FaultException>(() => edit.Apply(null, "UTC")).Fault.Code.ShouldBe("throttle.hours");
    }

    [Fact]
    public void Apply_NoRateAtAll_IsRefused()
    {
        foreach (var edit in (ThrottleEdit[])
            [new(), new() { From = "08:00" }, new() { WorkHours = "10" }, s_office with { Rate = "1Mbps" }])
            Should.Throw<FaultException>(() => edit.Apply(null, "UTC")).Fault.Code.ShouldBe("throttle.rate");
    }

    [Fact]
    public void Settings_WithAThrottle_AreReadAsWritten()
    {
        var settings = new AgentSettings
        {
            Proxy = new ProxySetting(new Uri("http://proxy:3128"), "ann"),
            Throttle = s_office.Apply(null, "UTC"),
        };
        byte[] bytes = settings.Encode();
        Encoding.UTF8.GetString(bytes).ShouldEndWith(
            "\"throttle\":{\"days\":[\"Monday\",\"Tuesday\",\"Wednesday\",\"Thursday\",\"Friday\"],\"from\":\"08:00\","
            + "\"timeZone\":\"Europe/Vienna\",\"to\":\"18:30\",\"workBits\":10000000}}");
        var read = AgentSettings.Decode(bytes, "settings");
        read.Proxy.ShouldBe(settings.Proxy);
        read.Throttle.ShouldNotBeNull().WorkDays.ShouldBe(ThrottleRules.MondayToFriday);
        (read.Throttle with { WorkDays = settings.Throttle!.WorkDays }).ShouldBe(settings.Throttle);
    }

    [Theory]
    [InlineData("""{"throttle":{}}""")]
    [InlineData("""{"throttle":{"days":["Someday"],"from":"08:00","timeZone":"UTC","to":"18:00"}}""")]
    [InlineData("""{"throttle":{"days":["Monday"],"from":"8","timeZone":"UTC","to":"18:00"}}""")]
    [InlineData("""{"throttle":{"days":["Monday"],"from":"08:00","timeZone":"UTC","to":"18:00","workBits":1}}""")]
    public void Settings_WithAThrottleThatIsNone_AreDamaged(string json) => Should.Throw<CorruptionException>(
        () => AgentSettings.Decode(Encoding.UTF8.GetBytes(json), "settings"));
}
