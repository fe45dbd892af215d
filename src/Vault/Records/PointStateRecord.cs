using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Vault.Records;

/// <summary>
/// A later state of a point; of one point the record with the highest counter counts, and says all of it.
/// </summary>
/// <param name="PurgeAfter">Of a soft-deleted point: when it may be purged.</param>
/// <param name="ExpiresAt">Of a point made by hand: until when it was to be kept; null: as the policy says.</param>
/// <param name="IsPurged">A tombstone: the point does not come back, whatever is found of it.</param>
internal sealed record PointStateRecord(
    ObjectId Point, bool IsDeleted, DateTimeOffset? PurgeAfter, bool IsHeld, DateTimeOffset? ExpiresAt, bool IsPurged)
{
    /// <summary>What it needs and the vault does not know any more keeps nobody from collecting.</summary>
    public bool IsGivenUp { get; init; }

    /// <summary>Until when it is kept at least, whatever the policy says.</summary>
    public DateTimeOffset? ExtendedUntil { get; init; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("deleted"u8, IsDeleted);
        if (ExpiresAt is { } expires) json.WriteString("expires"u8, CanonicalJson.Time(expires));
        if (ExtendedUntil is { } extended) json.WriteString("extended"u8, CanonicalJson.Time(extended));
        if (IsGivenUp) json.WriteBoolean("givenUp"u8, true);
        json.WriteBoolean("held"u8, IsHeld);
        json.WriteString("id"u8, Point.ToString());
        if (PurgeAfter is { } purge) json.WriteString("purgeAfter"u8, CanonicalJson.Time(purge));
        json.WriteBoolean("purged"u8, IsPurged);
    }

    public static PointStateRecord Read(JsonElement json) => new(
        ObjectId.Parse(json.Text("id")), json.Child("deleted").GetBoolean(),
        json.TryChild("purgeAfter", out _) ? json.Time("purgeAfter") : null, json.Child("held").GetBoolean(),
        json.TryChild("expires", out _) ? json.Time("expires") : null, json.Child("purged").GetBoolean())
    {
        IsGivenUp = json.TryChild("givenUp", out var givenUp) && givenUp.GetBoolean(),
        ExtendedUntil = json.TryChild("extended", out _) ? json.Time("extended") : null,
    };
}
