using Coffer.Domain.Schedules;

namespace Coffer.Domain.Retention;

/// <summary>Which points of one data source there are on a day to come.</summary>
/// <param name="Kept">Of the points that there are now.</param>
/// <param name="Gone">The others of them.</param>
/// <param name="New">Made until then, and kept.</param>
public sealed record PreviewedDay(
    IReadOnlyList<PointLife> Kept, IReadOnlyList<PointLife> Gone, IReadOnlyList<PointLife> New)
{
    public int Count => Kept.Count + New.Count;
}

/// <summary>Reckons what a policy keeps on a day to come, if every run until then succeeds at its time.</summary>
public static class RetentionPreview
{
    /// <param name="points">Good points that there are now.</param>
    public static PreviewedDay On(
        DateTimeOffset day, DateTimeOffset now, RetentionRules rules, BackupSchedule schedule,
        IReadOnlyList<KeptPoint> points)
    {
        var plan = new RetentionPlan(rules, schedule);
        // What has had its time goes now, before the first run to come.
        var (left, gone) = Split(plan.LivesOf(points), now);
        var known = left.Select(life => life.Point.Id).ToHashSet();
        long sequence = points.Count == 0 ? 0 : points.Max(point => point.Sequence);
        var runs = new RunCalendar(schedule).Between(now, day)
            .Select(run => new KeptPoint(default, ++sequence, run.At, null));
        var (then, later) = Split(plan.LivesOf(left.Select(life => life.Point).Concat(runs)), day);
        return new PreviewedDay(
            [.. then.Where(life => known.Contains(life.Point.Id))],
            [.. gone, .. later.Where(life => known.Contains(life.Point.Id))],
            [.. then.Where(life => !known.Contains(life.Point.Id))]);
    }

    private static (List<PointLife> Kept, List<PointLife> Gone) Split(
        IReadOnlyList<PointLife> lives, DateTimeOffset day)
    {
        var last = RetentionPlan.LastToGo(lives);
        var newest = lives.Count == 0 ? null : lives[^1];
        var byFate = lives.ToLookup(life => life == last || life == newest || !(life.ExpiresAt <= day));
        return ([.. byFate[true]], [.. byFate[false]]);
    }
}
