namespace Coffer.Domain.Security.Pins;

/// <summary>
/// The wrong PINs of one machine: five within 15 minutes lock all of its PINs for 15 minutes. A right one in between
/// clears nothing: the wrong ones may have been somebody else's. While locked nothing is counted, so that whoever
/// keeps trying cannot keep the lock shut.
/// </summary>
/// <param name="Wrong">When, the oldest first; fewer than five.</param>
/// <param name="LockedUntil">Null where there never was a lock.</param>
public sealed record PinAttempts(IReadOnlyList<DateTimeOffset> Wrong, DateTimeOffset? LockedUntil)
{
    public static PinAttempts None { get; } = new([], null);

    public bool IsLocked(DateTimeOffset now) => now < LockedUntil;

    /// <summary>Counts a wrong PIN; not to be called while locked. The fifth locks.</summary>
    public PinAttempts AfterWrong(DateTimeOffset now)
    {
        Invariant.Holds(!IsLocked(now));
        DateTimeOffset[] recent = [.. Wrong.Where(time => now - time < SecurityLimits.PinWindow), now];
        return recent.Length < SecurityLimits.WrongPinsOfAMachine
            ? this with { Wrong = recent }
            : new PinAttempts([], now + SecurityLimits.PinLock);
    }
}
