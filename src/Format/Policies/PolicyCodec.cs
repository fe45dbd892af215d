using System.Globalization;
using System.Text.Json;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Schedules;
using Coffer.Format.Records;

namespace Coffer.Format.Policies;

/// <summary>
/// A policy as canonical JSON: in the home, in the vault and in each point. Paths and patterns are text with other
/// bytes escaped (<see cref="PathText"/>), which loses nothing.
/// </summary>
public static class PolicyCodec
{
    private const string TimeFormat = "HH:mm";

    public static byte[] Encode(ProtectionPolicy policy) => CanonicalJson.Write(json =>
    {
        WriteAll(json, "exclusions", policy.Exclusions, static (j, e) => j.WriteStringValue(PathText.Render(e.Text)));
        WriteAll(json, "items", policy.Items, static (j, i) => j.WriteStringValue(PathText.Render(i.Path)));
        RetentionCodec.Write(json, policy.Retention);
        WriteSchedule(json, policy.Schedule);
        json.WriteBoolean("skipsCacheFolders"u8, policy.SkipsCacheFolders);
        json.WriteString("snapshots"u8, TextOf(policy.Snapshots));
        json.WriteNumber("version"u8, policy.Version);
    });

    /// <exception cref="CorruptionException">Not such a policy.</exception>
    public static ProtectionPolicy Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new ProtectionPolicy
        {
            Version = root.Number("version"),
            Items = [.. root.Children("items").Select(i => new PolicyItem(PathText.Parse(i.GetString()!)))],
            Exclusions =
                [.. root.Children("exclusions").Select(e => ExclusionPattern.Parse(PathText.Parse(e.GetString()!)))],
            SkipsCacheFolders = root.Child("skipsCacheFolders").GetBoolean(),
            Snapshots = SnapshotsOf(root.Text("snapshots")),
            Schedule = ReadSchedule(root.Child("schedule")),
            Retention = RetentionCodec.Read(root.Child("retention")),
        });

    public static string TextOf(SnapshotUse use) => use switch
    {
        SnapshotUse.WhenPossible => "when-possible",
        SnapshotUse.Required => "required",
        _ => "off",
    };

    internal static void WriteAll<T>(
        Utf8JsonWriter json, string name, IReadOnlyList<T> values, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values) write(json, value);
        json.WriteEndArray();
    }

    internal static DayOfWeek DayOf(string? text) =>
        Enum.TryParse(text, out DayOfWeek day) && Enum.GetName(day) == text
            ? day
            : throw new FormatException($"'{text}' is not a day");

    internal static void WriteTimes(Utf8JsonWriter json, IReadOnlyList<TimeOnly> times) => WriteAll(
        json, "times", times,
        static (j, t) => j.WriteStringValue(t.ToString(TimeFormat, CultureInfo.InvariantCulture)));

    internal static IReadOnlyList<TimeOnly> ReadTimes(JsonElement json) =>
    [
        .. json.Children("times").Select(
            t => TimeOnly.ParseExact(t.GetString()!, TimeFormat, CultureInfo.InvariantCulture)),
    ];

    internal static SnapshotUse SnapshotsOf(string text) => text switch
    {
        "when-possible" => SnapshotUse.WhenPossible,
        "required" => SnapshotUse.Required,
        "off" => SnapshotUse.Off,
        _ => throw new FormatException($"'{text}' says nothing about snapshots"),
    };

    internal static void WriteSchedule(Utf8JsonWriter json, BackupSchedule schedule)
    {
        json.WriteStartObject("schedule"u8);
        WriteAll(json, "days", schedule.Days, static (j, d) => j.WriteStringValue(d.ToString()));
        json.WriteNumber("everyWeeks"u8, schedule.EveryWeeks);
        json.WriteNumber("randomDelayMinutes"u8, schedule.RandomDelayMinutes);
        json.WriteString("timeZone"u8, schedule.TimeZone);
        WriteTimes(json, schedule.Times);
        json.WriteEndObject();
    }

    /// <param name="timeZone">Where the schedule names none, or an empty one; null: it has to.</param>
    internal static BackupSchedule ReadSchedule(JsonElement json, string? timeZone = null) => new(
        ReadTimes(json),
        [.. json.Children("days").Select(d => DayOf(d.GetString()))],
        checked((int)json.Number("everyWeeks")),
        timeZone is not null && (!json.TryChild("timeZone", out var named) || named.ValueEquals(""u8))
            ? timeZone
            : json.Text("timeZone"),
        checked((int)json.Number("randomDelayMinutes")));
}
