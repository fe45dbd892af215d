using System.Globalization;
using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.FileSystem.Snapshots.Keeping;

/// <summary>
/// The name of a snapshot that stays on the machine: <c>coffer.local.SOURCE.TIME.RANDOM</c>, of which data source, and
/// when it was taken (to the millisecond, UTC). All that is known of a local point stands in its name, so that it is
/// one from the moment it is there, however the run ends that made it. <see cref="SnapshotName"/>, which a later run
/// removes, has a number in the place of "local".
/// </summary>
public sealed record LocalPointName
{
    private const string First = "coffer", Second = "local", TimeForm = "yyyyMMdd'T'HHmmssfff'Z'";
    private const int RandomBytes = 4, Parts = 5;

    private LocalPointName(SourceId source, DateTimeOffset takenAt, string id) =>
        (Source, TakenAt, Id) = (source, takenAt, id);

    public SourceId Source { get; }

    public DateTimeOffset TakenAt { get; }

    /// <summary>Eight hex digits that tell it from all others; for people.</summary>
    public string Id { get; }

    public static LocalPointName New(SourceId source, DateTimeOffset takenAt)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(takenAt.ToUnixTimeMilliseconds());
        return new(source, time, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)));
    }

    /// <summary>Null for all names but those that <see cref="ToString"/> gives, to the letter.</summary>
    public static LocalPointName? Parse(string name)
    {
        string[] parts = name.Split('.');
        bool isOurs = parts.Length == Parts && parts[0] == First && parts[1] == Second
            && parts[4].Length == 2 * RandomBytes && parts[4].All(char.IsAsciiHexDigitLower);
        if (!isOurs || !Id128.TryParse(parts[2], out var source)) return null;
        if (!DateTimeOffset.TryParseExact(parts[3], TimeForm, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var takenAt)) return null;
        var parsed = new LocalPointName(new SourceId(source), takenAt, parts[4]);
        return parsed.ToString() == name ? parsed : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{First}.{Second}.{Source}.{TakenAt.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}.{Id}");
}
