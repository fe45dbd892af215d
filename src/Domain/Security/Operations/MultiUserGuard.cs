namespace Coffer.Domain.Security.Operations;

/// <summary>When multi-user authorization asks a second person about an operation.</summary>
public enum MultiUserGuard
{
    /// <summary>Not by itself; most of these need a PIN, and the getting of it can be guarded.</summary>
    Never = 0,

    /// <summary>Where the vault guards deletion.</summary>
    IfDeleteIsGuarded = 1,

    /// <summary>Where the vault guards shorter retention.</summary>
    IfShorterRetentionIsGuarded = 2,

    /// <summary>Where the vault guards the getting of a PIN.</summary>
    IfPinIsGuarded = 3,

    /// <summary>Whenever it is on: else one person could switch off what watches them.</summary>
    Always = 4,
}
