namespace Coffer.Domain.Retention;

/// <summary>What retention needs to know of a good point.</summary>
/// <param name="At">When the vault received it, by its own clock.</param>
/// <param name="RetainUntil">What a person asked for; null of a point that the schedule made.</param>
public readonly record struct KeptPoint(ObjectId Id, long Sequence, DateTimeOffset At, DateTimeOffset? RetainUntil)
{
    /// <summary>Until when a person wants it kept at least, on top of what it is kept for anyway; null: nobody does.
    /// </summary>
    public DateTimeOffset? ExtendedUntil { get; init; }
}

/// <summary>Why a point is kept.</summary>
/// <param name="Tier">Null: a person asked for it.</param>
/// <param name="Day">Of the tier's calendar; the point's own where it was made for none of its times.</param>
public readonly record struct RetentionTag(TierKind? Tier, DateOnly Day, DateTimeOffset Until)
{
    /// <summary>It was asked for after the point was made.</summary>
    public bool IsExtension { get; init; }

    /// <summary>For people and lists: <c>daily</c>, <c>on-demand</c>, <c>extended</c>.</summary>
    public string Name => Tier switch
    {
        TierKind.Daily => "daily",
        TierKind.Weekly => "weekly",
        TierKind.Monthly => "monthly",
        TierKind.Yearly => "yearly",
        _ => IsExtension ? "extended" : "on-demand",
    };
}

/// <summary>How long a point is kept.</summary>
/// <param name="ExpiresAt">When the last of its tags ends; null: never.</param>
public sealed record PointLife(KeptPoint Point, IReadOnlyList<RetentionTag> Tags, DateTimeOffset? ExpiresAt);
