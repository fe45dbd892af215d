using Coffer.Domain.Policies;
using Coffer.Domain.Schedules;
using Coffer.Domain.Security;

namespace Coffer.Unit.Domain.Security;

public sealed class FloodLimitTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FloodLimit s_daily = FloodLimit.Of(BackupSchedule.DefaultIn("Etc/UTC"));

    [Fact]
    public void Of_ASchedule_IsItsRunsAndEight()
    {
        s_daily.PointsADay.ShouldBe(9);
        var three = new BackupSchedule([new(6, 0), new(12, 0), new(12, 0), new(18, 0)], [], 1, "Etc/UTC", 0);
        FloodLimit.Of(three).PointsADay.ShouldBe(11);
        FloodLimit.Of(three with { Days = [DayOfWeek.Monday], EveryWeeks = 4 }).PointsADay.ShouldBe(11);
        FloodLimit.Of(three, extra: 100).PointsADay.ShouldBe(103);
        FloodLimit.Of(three, extra: 0).PointsADay.ShouldBe(11);
        FloodLimit.Of(three with { Times = [] }).PointsADay.ShouldBe(8);
    }

    [Fact]
    public void Judge_TheTenthInADay_IsRefusedUntilTheFirstIsADayOld()
    {
        var hours = Hours(0, 1, 2, 3, 4, 5, 6, 7, 8);
        s_daily.Judge(hours.Skip(1), 8, null, s_noon.AddHours(9)).ShouldBe(FloodVerdict.Taken);
        var verdict = s_daily.Judge(hours, 9, null, s_noon.AddHours(9));
        verdict.Refusal!.Code.ShouldBe("points.flood");
        verdict.NextTaken.ShouldBe(s_noon.AddHours(24));
        verdict.Refusal.Message.ShouldContain("2026-06-02 12:00:00Z");
        s_daily.Judge(hours, 9, null, s_noon.AddHours(24).AddTicks(-1)).Refusal.ShouldNotBeNull();
        s_daily.Judge(hours, 9, null, s_noon.AddHours(24)).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Judge_MoreThanTheLimitAlready_WaitsForEnoughOfThem()
    {
        // The limit was higher before: ten in nine hours, of which two must be a day old.
        var verdict = s_daily.Judge(Hours(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 10, null, s_noon.AddHours(9));
        verdict.NextTaken.ShouldBe(s_noon.AddHours(25));
        s_daily.Judge(Hours(9, 3, 0, 1, 8, 2, 4, 7, 5, 6), 10, null, s_noon.AddHours(25)).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Judge_StampsOfTheFuture_CountAsRecent() =>
        s_daily.Judge(Hours(40, 41, 42, 43, 44, 45, 46, 47, 48), 9, null, s_noon).Refusal.ShouldNotBeNull();

    /// <summary>However points come in, no 24 hours hold more than the limit, and the time told is the true one.
    /// </summary>
    [Fact]
    public void Judge_AFlood_NeverPassesMoreThanTheLimitInAnyDay()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var taken = new List<DateTimeOffset>();
        var now = s_noon;
        for (int i = 0; i < 2_000; i++, now = now.AddMinutes(random.Next(0, 120)))
        {
            var verdict = s_daily.Judge(taken, taken.Count, null, now);
            if (verdict.Refusal is null) taken.Add(now);
            else
            {
                s_daily.Judge(taken, 0, null, verdict.NextTaken!.Value).Refusal.ShouldBeNull($"seed {seed}");
                s_daily.Judge(taken, 0, null, verdict.NextTaken.Value.AddTicks(-1)).Refusal
                    .ShouldNotBeNull($"seed {seed}");
            }
        }

        for (int i = 9; i < taken.Count; i++)
            (taken[i] - taken[i - 9]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(24), $"seed {seed}");
        taken.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Judge_AnEmbeddedVault_TakesAnyNumberADay() =>
        FloodLimit.OfEmbeddedVault.Judge(Enumerable.Repeat(s_noon, 500), 500, null, s_noon)
            .ShouldBe(FloodVerdict.Taken);

    [Theory]
    [InlineData(9_998, null)]
    [InlineData(9_999, "points.full")]
    [InlineData(10_000, "points.full")]
    public void Judge_AtTheLimitOfASource_RefusesOnEveryVault(int points, string? code)
    {
        foreach (var limit in new[] { s_daily, FloodLimit.OfEmbeddedVault })
        {
            var verdict = limit.Judge([], points, s_noon.AddDays(3), s_noon);
            verdict.Refusal?.Code.ShouldBe(code);
            (verdict.Refusal is null).ShouldBe(code is null);
            verdict.NextTaken.ShouldBe(code is null ? null : s_noon.AddDays(3));
        }

        s_daily.Judge([], points, null, s_noon).NextTaken.ShouldBeNull();
    }

    private static IEnumerable<DateTimeOffset> Hours(params int[] hours) =>
        hours.Select(hour => s_noon.AddHours(hour));
}
