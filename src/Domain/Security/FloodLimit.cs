using Coffer.Domain.Policies;
using Coffer.Domain.Schedules;
using Coffer.Domain.Wording;

namespace Coffer.Domain.Security;

/// <summary>
/// How many points a served vault takes from one data source: whoever holds a machine's key must not be able to push
/// its good points out, nor fill the vault. An embedded vault has only the total limit.
/// </summary>
/// <param name="PointsADay">In any 24 hours, so that no change of day or time zone doubles it; null: no limit.</param>
public sealed record FloodLimit(int? PointsADay)
{
    /// <summary>Product: at most 24 times a day; who writes more into a policy gets no more points by it.</summary>
    private const int RunsADay = 24;

    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    public static FloodLimit OfEmbeddedVault { get; } = new((int?)null);

    /// <summary>The scheduled runs of the busiest day, and 8 more unless a Backup Contributor raised it.</summary>
    /// <param name="extra">Never fewer than 8 count: a limit must not keep ordinary backups out.</param>
    public static FloodLimit Of(BackupSchedule schedule, int extra = SecurityLimits.ExtraPointsADay) =>
        new(checked(Math.Min(schedule.Times.Distinct().Count(), RunsADay)
            + Math.Max(extra, SecurityLimits.ExtraPointsADay)));

    /// <summary>Whether the next point is taken.</summary>
    /// <param name="received">
    /// When the vault received the source's points, by its own clock, in any order; those of the last 24 hours are
    /// enough. Deleted and rejected ones count too: what was taken was taken.
    /// </param>
    /// <param name="points">Points that the source has, those in soft delete included.</param>
    /// <param name="nextExpiry">When the first of them goes; null where none will.</param>
    public FloodVerdict Judge(
        IEnumerable<DateTimeOffset> received, int points, DateTimeOffset? nextExpiry, DateTimeOffset now)
    {
        if (points >= SecurityLimits.PointsOfASource) return FloodVerdict.Full(points, nextExpiry);
        if (PointsADay is not { } limit) return FloodVerdict.Taken;
        // A stamp of the future counts as recent: a clock that went back opens no gate.
        DateTimeOffset[] recent = [.. received.Where(time => now - time < s_day).OrderDescending()];
        if (recent.Length < limit) return FloodVerdict.Taken;
        return FloodVerdict.TooMany(limit, limit == 0 ? null : recent[limit - 1] + s_day);
    }
}

/// <param name="Refusal">Null where the point is taken. Codes: <c>points.flood</c>, <c>points.full</c>.</param>
/// <param name="NextTaken">When the next one is, if nothing else changes; null where it is now or cannot be told.
/// </param>
public sealed record FloodVerdict(Fault? Refusal, DateTimeOffset? NextTaken)
{
    public static FloodVerdict Taken { get; } = new(null, null);

    internal static FloodVerdict TooMany(int limit, DateTimeOffset? next) => new(
        new Fault("points.flood", FaultKind.Refused,
            $"The vault takes {Counted.Of(limit, "point")} a day of this data source, and has them. {Next(next)}",
            "Wait until then, or have a Backup Contributor raise the limit."),
        next);

    internal static FloodVerdict Full(int points, DateTimeOffset? next) => new(
        new Fault("points.full", FaultKind.Refused,
            $"The data source has {Counted.Of(points, "point")}, as many as it can have; none goes for a"
            + $" new one. {Next(next)}",
            "Shorten its retention, or delete points, with a security PIN."),
        next);

    private static string Next(DateTimeOffset? next) =>
        next is { } time ? $"The next is taken from {time:u} on." : "No time can be told for the next.";
}
