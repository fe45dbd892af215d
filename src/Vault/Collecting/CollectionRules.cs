namespace Coffer.Vault.Collecting;

/// <summary>
/// The dangerous numbers of collection, each with its reason. Making one smaller can lose data; making one larger only
/// keeps garbage for longer.
/// </summary>
public sealed record CollectionRules
{
    /// <summary>
    /// Packs younger than this are alive with all they refer to: a session lives at most so long, and what it was told
    /// it may use must still be there when it commits.
    /// </summary>
    public TimeSpan YoungPack { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// From condemning to removing, at least: a reader that left no trace of itself has so long to end, and an
    /// administrator to notice.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// A pack of which fewer of its bytes live, in percent, is copied forward: at half, what is written is at most what
    /// is freed.
    /// </summary>
    public int CopyBelowPercent { get; init; } = 50;

    /// <summary>Packs below this are merged, once so many lie there: each costs a file and a row for ever.</summary>
    public long SmallPackBytes { get; init; } = 8L << 20;

    /// <inheritdoc cref="SmallPackBytes"/>
    public int SmallPacks { get; init; } = 16;
}
