namespace Coffer.Domain.Security.Settings;

/// <summary>Whether deleted data can be brought back. On disk: numbers are never reused.</summary>
public enum SoftDeleteMode
{
    Off = 0,
    On = 1,

    /// <summary>On, and nobody can take it back.</summary>
    AlwaysOn = 2,
}

/// <summary>How a vault treats deleted data.</summary>
/// <param name="PeriodDays">
/// 14 to 180. What is deleted keeps the period of that moment: a shorter one counts from the next deletion on.
/// </param>
public sealed record SoftDelete(SoftDeleteMode Mode, int PeriodDays)
{
    public static SoftDelete Default { get; } = new(SoftDeleteMode.On, SecurityLimits.ShortestSoftDeleteDays);
}

/// <summary>Whether points can go before their time. On disk: numbers are never reused; higher holds more.</summary>
public enum Immutability
{
    Off = 0,

    /// <summary>Blocks earlier deletion and shorter retention; can be switched off.</summary>
    On = 1,

    /// <summary>On, and nobody can take it back.</summary>
    Locked = 2,
}
