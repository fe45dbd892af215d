using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Pins;

/// <summary>
/// One try of a machine with a PIN, in the order that keeps it safe: the machine's lock first, then the PIN, then the
/// count. Both next states are to be stored, in one transaction, before the outcome is told or acted on.
/// </summary>
/// <param name="Pin">Null where the machine has none.</param>
/// <param name="HasLocked">This try was the one that locked the machine's PINs: alert.</param>
/// <param name="Refusal">What to tell the machine; null where the operation may go on.</param>
public sealed record PinCheck(
    PinOutcome Outcome, SecurityPin? Pin, PinAttempts Attempts, bool HasLocked, Fault? Refusal)
{
    /// <param name="pin">The newest PIN made for the machine; null where there is none.</param>
    public static PinCheck Try(
        SecurityPin? pin, PinAttempts attempts, string text, OperationTarget target, DateTimeOffset now)
    {
        if (attempts.IsLocked(now))
            return new PinCheck(PinOutcome.MachineLocked, pin, attempts, false, PinFaults.Locked(attempts));
        var (outcome, next) = pin is null ? (PinOutcome.Wrong, null) : pin.Try(text, target, now);
        if (outcome is not (PinOutcome.Wrong or PinOutcome.OtherTarget))
            return new PinCheck(outcome, next, attempts, false, PinFaults.Of(outcome, next));
        var after = attempts.AfterWrong(now);
        bool hasLocked = after.IsLocked(now);
        return new PinCheck(outcome, next, after, hasLocked,
            hasLocked ? PinFaults.Locked(after) : PinFaults.Of(outcome, next));
    }
}
