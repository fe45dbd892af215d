namespace Coffer.Domain.Time;

/// <summary>Why the clock cannot be believed. On disk: numbers are never reused.</summary>
public enum ClockDoubt
{
    None = 0,

    /// <summary>It went back by more than <see cref="ClockRule.Step"/>.</summary>
    SteppedBack = 1,

    /// <summary>It and the boot clock of the same boot moved apart by more than <see cref="ClockRule.Step"/>.</summary>
    SteppedAgainstBoot = 2,

    /// <summary>It shows a time before the program was made.</summary>
    BeforeProgram = 3,

    /// <summary>Nobody looked for longer than the vault may go unobserved.</summary>
    Unobserved = 4,
}

/// <summary>Whether the time is in doubt, and since what was last seen to be wrong.</summary>
/// <param name="LastStep">Wall clock when the last doubt was found; null where there is none.</param>
public readonly record struct ClockState(ClockDoubt Doubt, DateTimeOffset? LastStep)
{
    public static readonly ClockState Good = new(ClockDoubt.None, null);

    public bool IsInDoubt => Doubt != ClockDoubt.None;
}
