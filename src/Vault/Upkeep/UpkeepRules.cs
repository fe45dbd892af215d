using Coffer.Vault.Collecting;

namespace Coffer.Vault.Upkeep;

/// <summary>When an embedded vault looks after itself, and how far it goes each time.</summary>
public sealed record UpkeepRules
{
    /// <summary>
    /// A collection that nothing asks for: checkpoints that were replaced, sessions that were given up and small packs
    /// gather slowly.
    /// </summary>
    public TimeSpan CollectEvery { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Bytes are read again at this age, so that a disk that loses some is found out within a month.</summary>
    public TimeSpan ReadAgainAfter { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// From expiry to the end: the time in which an expired point can be brought back. Null: as the vault is set.
    /// </summary>
    public TimeSpan? SoftDelete { get; init; }

    public CollectionRules Collection { get; init; } = new();
}
