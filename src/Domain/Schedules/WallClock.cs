using NodaTime;
using NodaTime.TimeZones;

namespace Coffer.Domain.Schedules;

/// <summary>
/// The clock on the wall of one time zone. A time that it skips, as summer begins, is the next one that it shows; a
/// time that it shows twice, as summer ends, is the first of the two. The rules are those of the IANA database that
/// comes with NodaTime, so agent and vault agree whatever their systems hold.
/// </summary>
public sealed class WallClock
{
    private static readonly ZoneLocalMappingResolver s_resolver = Resolvers.CreateMappingResolver(
        Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private readonly DateTimeZone _zone;

    private WallClock(DateTimeZone zone) => _zone = zone;

    public static WallClock Utc { get; } = new(DateTimeZone.Utc);

    /// <summary>Null where there is no such zone.</summary>
    /// <param name="zone">IANA name.</param>
    public static WallClock? Find(string zone) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is { } found ? new WallClock(found) : null;

    /// <summary>The zone's, or UTC's where there is no such zone: a newer database's policy still has to run.</summary>
    public static WallClock Of(string zone) => Find(zone) ?? Utc;

    public DateTimeOffset InstantOf(DateOnly day, TimeOnly time)
    {
        var local = LocalDate.FromDateOnly(day).At(LocalTime.FromTimeOnly(time));
        return _zone.ResolveLocal(local, s_resolver).ToInstant().ToDateTimeOffset();
    }

    /// <summary>What the calendar beside it shows.</summary>
    public DateOnly DayAt(DateTimeOffset instant) =>
        Instant.FromDateTimeOffset(instant).InZone(_zone).Date.ToDateOnly();

    /// <summary>What it shows.</summary>
    public DateTime Show(DateTimeOffset instant) =>
        Instant.FromDateTimeOffset(instant).InZone(_zone).ToDateTimeUnspecified();
}
