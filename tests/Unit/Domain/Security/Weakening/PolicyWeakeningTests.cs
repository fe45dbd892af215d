using System.Text;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Weakening;

namespace Coffer.Unit.Domain.Security.Weakening;

public sealed class PolicyWeakeningTests
{
    private static readonly string[] s_mounts = ["/", "/data", "/data/inner"];

    /// <summary>Paths before and after, and what is lost.</summary>
    [Theory]
    [InlineData("/a /b", "/a /b", "")]
    [InlineData("/a", "/a /b", "")]
    [InlineData("/a /b", "/a", "PathRemoved:/b")]
    [InlineData("/a", "/", "")]
    [InlineData("/", "/a", "PathRemoved:/ VolumeRemoved:/data VolumeRemoved:/data/inner")]
    [InlineData("/a/b", "/a", "")]
    [InlineData("/a", "/a/b", "PathRemoved:/a")]
    [InlineData("/a", "/ab", "PathRemoved:/a")]
    [InlineData("/data /a", "/a", "PathRemoved:/data VolumeRemoved:/data VolumeRemoved:/data/inner")]
    [InlineData("/data/x /data/y", "/data/x", "PathRemoved:/data/y")]
    [InlineData("/data", "/data/inner/x", "PathRemoved:/data VolumeRemoved:/data")]
    [InlineData("/data/inner/x", "/data", "")]
    [InlineData("/tmp/kept", "/", "PathMerged:/tmp/kept")]
    [InlineData("/a", "", "PathRemoved:/a VolumeRemoved:/")]
    [InlineData("", "/a", "")]
    public void Compare_Paths_NamesWhatIsRemoved(string from, string to, string weakens) =>
        Told(Compare(Policy(from), Policy(to)).Weakens).ShouldBe(weakens);

    /// <summary>Patterns before and after, and what is lost. The policy item is /a.</summary>
    [Theory]
    [InlineData("x", "x", "")]
    [InlineData("", "x", "ExclusionAdded:x")]
    [InlineData("x", "", "")]
    [InlineData("x", "x !y", "")]
    [InlineData("x !y", "x", "InclusionRemoved:!y")]
    [InlineData("x !y", "!y x", "ExclusionMoved:x")]
    [InlineData("!y x", "x !y", "")]
    [InlineData("x y", "y x", "")]
    [InlineData("x !y", "x !y x", "ExclusionMoved:x")]
    [InlineData("x !y x", "!y x", "")]
    [InlineData("x !y z", "z x !y w", "ExclusionAdded:w")]
    public void Compare_Exclusions_NamesWhatIsLeftOutAnew(string from, string to, string weakens) =>
        Told(Compare(Policy("/a", from), Policy("/a", to)).Weakens).ShouldBe(weakens);

    [Theory]
    [InlineData("b", "PathMerged:/a/b")]
    [InlineData("b/", "PathMerged:/a/b")]
    [InlineData("/a/b", "PathMerged:/a/b")]
    [InlineData("x/y", "PathMerged:/a/b")]
    [InlineData("c", "")]
    [InlineData("b !b", "")]
    public void Compare_AChosenPathThatGoesIntoAWiderOne_IsReachedByExclusions(string patterns, string weakens) =>
        Told(Compare(Policy("/a/b", patterns), Policy("/a", patterns)).Weakens).ShouldBe(weakens);

    [Theory]
    [InlineData("06:00", "06:00", false)]
    [InlineData("06:00 18:00", "06:00", true)]
    [InlineData("06:00", "06:00 18:00", false)]
    [InlineData("06:00", "21:00", false)]
    [InlineData("06:00 18:00", "05:00 17:00", false)]
    [InlineData("00:00 08:00 16:00", "00:00 00:01 00:02", true)]
    [InlineData("00:00 00:01 00:02", "00:00 08:00 16:00", false)]
    [InlineData("06:00", "", true)]
    [InlineData("", "06:00", false)]
    [InlineData("06:00 18:00", "06:00 06:00", true)]
    public void Compare_Times_FewerOrFartherApartIsLess(string from, string to, bool lower) =>
        Told(Compare(Scheduled(from, "", 1), Scheduled(to, "", 1)).Weakens)
            .ShouldBe(lower ? "FrequencyLowered:" : "");

    [Theory]
    [InlineData("", 1, "0", 1, true)]
    [InlineData("0", 1, "", 1, false)]
    [InlineData("0", 1, "1", 1, false)]
    [InlineData("0", 1, "0", 2, true)]
    [InlineData("0", 2, "0", 1, false)]
    [InlineData("0 3", 2, "0", 1, false)]
    [InlineData("0", 1, "0 1", 2, true)]
    [InlineData("0 3", 1, "0 1", 1, true)]
    [InlineData("", 1, "0 1 2 3 4 5 6", 1, false)]
    [InlineData("0 1 2 3 4 5 6", 1, "", 4, false)]
    [InlineData("0", 4, "0", 3, false)]
    [InlineData("0", 3, "0", 4, true)]
    public void Compare_DaysAndWeeks_FewerOrFartherApartIsLess(
        string fromDays, int fromWeeks, string toDays, int toWeeks, bool lower) =>
        Told(Compare(Scheduled("21:00", fromDays, fromWeeks), Scheduled("21:00", toDays, toWeeks)).Weakens)
            .ShouldBe(lower ? "FrequencyLowered:" : "");

    [Fact]
    public void Compare_TimeZoneDelayAndVersion_WeighNothing()
    {
        var policy = Policy("/a");
        var edit = Compare(policy, policy with
        {
            Version = 9,
            Schedule = policy.Schedule with { TimeZone = "Asia/Tokyo", RandomDelayMinutes = 0 },
        });
        edit.Weakens.ShouldBeEmpty();
        edit.Strengthens.ShouldBeEmpty();
        edit.Operations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("d30 w0/12 m1/12 y1/3", "d30 w0/12 m1/12 y1/3", "")]
    [InlineData("d30", "d31 w0/4", "")]
    [InlineData("d30", "d29", "DailyRetentionShortened:")]
    [InlineData("d30 w0/4", "w0/5", "DailyRetentionShortened:")]
    [InlineData("w0/4", "w0/3", "WeeklyRetentionShortened:")]
    [InlineData("w01/4", "w0/9", "WeeklyRetentionShortened:")]
    [InlineData("w0/4", "w10/4", "")]
    [InlineData("w0/4", "w1/4", "WeeklyRetentionShortened:")]
    [InlineData("m1/12", "m1/11", "MonthlyRetentionShortened:")]
    [InlineData("m1/12", "m2/12", "MonthlyRetentionShortened:")]
    [InlineData("y1/3", "y1/2", "YearlyRetentionShortened:")]
    [InlineData("y1/3", "y17/3", "")]
    [InlineData("y17/3", "y1/9", "YearlyRetentionShortened:")]
    [InlineData("d1", "", "")]
    [InlineData("", "", "")]
    [InlineData("", "d9999", "KeptForEverNoMore:")]
    [InlineData("d9 w0/9 m1/9 y1/9", "d8 w0/8 m1/8 y1/8", "DailyRetentionShortened: WeeklyRetentionShortened: "
        + "MonthlyRetentionShortened: YearlyRetentionShortened:")]
    public void Compare_Retention_EachTierByItself(string from, string to, string weakens) =>
        Told(Compare(Kept(from), Kept(to)).Weakens).ShouldBe(weakens);

    [Fact]
    public void Compare_SnapshotsAndCacheFolders_HaveAnOrder()
    {
        var policy = Policy("/a") with { SkipsCacheFolders = false, Snapshots = SnapshotUse.Required };
        Told(Compare(policy, policy with { SkipsCacheFolders = true }).Weakens).ShouldBe("CacheFoldersSkipped:");
        SnapshotUse[] order = [SnapshotUse.Off, SnapshotUse.WhenPossible, SnapshotUse.Required];
        order.Order().ShouldBe(Enum.GetValues<SnapshotUse>().Order());
        for (int i = 0; i < order.Length; i++)
            for (int j = 0; j < order.Length; j++)
                Told(Compare(policy with { Snapshots = order[i] }, policy with { Snapshots = order[j] }).Weakens)
                    .ShouldBe(j < i ? "SnapshotsLoosened:" : "");
    }

    [Theory]
    [InlineData(WeaknessKind.PathRemoved, CriticalOperation.RemoveFromPolicy)]
    [InlineData(WeaknessKind.VolumeRemoved, CriticalOperation.RemoveFromPolicy)]
    [InlineData(WeaknessKind.PathMerged, CriticalOperation.AddExclusion)]
    [InlineData(WeaknessKind.ExclusionAdded, CriticalOperation.AddExclusion)]
    [InlineData(WeaknessKind.ExclusionMoved, CriticalOperation.AddExclusion)]
    [InlineData(WeaknessKind.InclusionRemoved, CriticalOperation.AddExclusion)]
    [InlineData(WeaknessKind.CacheFoldersSkipped, CriticalOperation.AddExclusion)]
    [InlineData(WeaknessKind.SnapshotsLoosened, CriticalOperation.LoosenSnapshots)]
    [InlineData(WeaknessKind.FrequencyLowered, CriticalOperation.LowerFrequency)]
    [InlineData(WeaknessKind.DailyRetentionShortened, CriticalOperation.ShortenRetention)]
    [InlineData(WeaknessKind.WeeklyRetentionShortened, CriticalOperation.ShortenRetention)]
    [InlineData(WeaknessKind.MonthlyRetentionShortened, CriticalOperation.ShortenRetention)]
    [InlineData(WeaknessKind.YearlyRetentionShortened, CriticalOperation.ShortenRetention)]
    [InlineData(WeaknessKind.KeptForEverNoMore, CriticalOperation.ShortenRetention)]
    public void Operation_OfEachKind_IsWhatGuardsIt(WeaknessKind kind, CriticalOperation operation) =>
        new PolicyWeakness(kind, []).Operation.ShouldBe(operation);

    [Fact]
    public void Operation_OfEveryKind_Exists()
    {
        foreach (var kind in Enum.GetValues<WeaknessKind>())
            Enum.IsDefined(new PolicyWeakness(kind, []).Operation).ShouldBeTrue();
    }

    [Fact]
    public void Operations_OfAnEdit_AreEachNamedOnce() =>
        Compare(Policy("/a /data"), Policy("/b", "x y") with { Retention = Kept("d1").Retention }).Operations
            .ShouldBe(
            [
                CriticalOperation.RemoveFromPolicy, CriticalOperation.AddExclusion,
                CriticalOperation.ShortenRetention,
            ]);

    private static PolicyWeakening Compare(ProtectionPolicy from, ProtectionPolicy to) =>
        PolicyWeakening.Compare(from, to, [.. s_mounts.Select(Encoding.UTF8.GetBytes)]);

    private static string Told(IReadOnlyList<PolicyWeakness> weaknesses) =>
        string.Join(' ', weaknesses.Select(w => $"{w.Kind}:{Encoding.UTF8.GetString(w.Subject)}"));

    private static ProtectionPolicy Policy(string paths, string patterns = "") => ProtectionPolicy.Empty("Etc/UTC") with
    {
        Items = [.. Words(paths).Select(path => new PolicyItem(Encoding.UTF8.GetBytes(path)))],
        Exclusions = [.. Words(patterns).Select(text => ExclusionPattern.Parse(Encoding.UTF8.GetBytes(text)))],
    };

    private static ProtectionPolicy Scheduled(string times, string days, int everyWeeks) => Policy("/a") with
    {
        Schedule = new BackupSchedule(
            [.. Words(times).Select(time => TimeOnly.ParseExact(time, "HH:mm"))],
            [.. Words(days).Select(day => (DayOfWeek)int.Parse(day))], everyWeeks, "Etc/UTC", 0),
    };

    /// <summary>d30, w{days}/weeks, m{number of the Sunday}/months, y{months}/years.</summary>
    private static ProtectionPolicy Kept(string tiers)
    {
        var rules = new RetentionRules(null, null, null, null);
        foreach (string tier in Words(tiers))
        {
            string[] parts = tier[1..].Split('/');
            int[] digits = [.. parts[0].Select(digit => digit - '0')];
            rules = tier[0] switch
            {
                'd' => rules with { Daily = new(int.Parse(parts[0])) },
                'w' => rules with { Weekly = new([.. digits.Select(day => (DayOfWeek)day)], int.Parse(parts[1])) },
                'm' => rules with
                {
                    Monthly = new(new WeekdayOfMonth(digits[0], DayOfWeek.Sunday), int.Parse(parts[1])),
                },
                _ => rules with { Yearly = new(digits, new WeekdayOfMonth(1, DayOfWeek.Sunday), int.Parse(parts[1])) },
            };
        }

        return Policy("/a") with { Retention = rules };
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
