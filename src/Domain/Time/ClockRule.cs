namespace Coffer.Domain.Time;

/// <summary>
/// When a vault stops believing its clock, and when it believes it again. What is kept by age goes by this clock, so a
/// wrong one must not make anything expire.
/// </summary>
/// <param name="LongestGap">How long a vault may go without an observation.</param>
/// <param name="ProgramDate">The clock cannot be right before this.</param>
public sealed record ClockRule(TimeSpan LongestGap, DateTimeOffset ProgramDate)
{
    /// <summary>A step above this is no correction of drift and no summer time left in the hardware clock.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(1);

    /// <summary>An embedded vault trusts its clock again at the first command this long after the last step.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromHours(24);

    /// <summary>An embedded vault sees only commands, and a laptop may lie in a drawer for a while.</summary>
    public static readonly TimeSpan EmbeddedGap = TimeSpan.FromDays(90);

    /// <summary>A served vault looks every minute; it may be off for a day's repair.</summary>
    public static readonly TimeSpan ServedGap = TimeSpan.FromHours(26);

    /// <summary>
    /// What the observation <paramref name="now"/> shows against the one before; null where it is the first.
    /// </summary>
    public ClockDoubt Judge(ClockObservation? before, ClockObservation now)
    {
        if (now.Wall < ProgramDate) return ClockDoubt.BeforeProgram;
        if (before is not { } last) return ClockDoubt.None;
        var moved = now.Wall - last.Wall;
        if (moved < -Step) return ClockDoubt.SteppedBack;
        if (now.BootId == last.BootId && (moved - (now.SinceBoot - last.SinceBoot)).Duration() > Step)
            return ClockDoubt.SteppedAgainstBoot;
        return moved > LongestGap ? ClockDoubt.Unobserved : ClockDoubt.None;
    }

    /// <summary>
    /// The state after an observation: a new doubt counts from now, an old one ends after a quiet day.
    /// </summary>
    public ClockState Next(ClockState state, ClockObservation? before, ClockObservation now)
    {
        var doubt = Judge(before, now);
        if (doubt != ClockDoubt.None) return new ClockState(doubt, now.Wall);
        bool settled = state.LastStep is not { } step || now.Wall - step >= Settling;
        return settled ? ClockState.Good : state;
    }
}
