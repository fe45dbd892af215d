using System.Security.Cryptography;
using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Pins;

/// <summary>
/// A security PIN as the vault keeps it. Made by a signed-in person with a fresh second factor; lets one operation on
/// one object of one machine pass, once, within five minutes. Five wrong tries void it. The text itself is shown once
/// and kept nowhere. Each transition is a new value, to be stored before its outcome is told: else two tries at once
/// could both be the first.
/// </summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Hash">32 bytes of <see cref="PinText.Hash"/>.</param>
public sealed record SecurityPin(
    OperationTarget Target, DateTimeOffset MadeAt, byte[] Salt, byte[] Hash, int WrongTries = 0, bool IsUsed = false)
{
    /// <summary>Random bytes that <see cref="Make"/> takes: a sign each, then the salt.</summary>
    public const int RandomSize = SecurityLimits.PinCharacters + SaltSize;

    private const int SaltSize = 16;

    public bool IsVoid => WrongTries >= SecurityLimits.WrongTriesOfAPin;

    public DateTimeOffset Ends => MadeAt + SecurityLimits.PinLife;

    /// <summary>Whether the right text would still be accepted.</summary>
    public bool IsOpen(DateTimeOffset now) => !IsUsed && !IsVoid && now >= MadeAt && now < Ends;

    /// <summary>A new PIN and the text to show.</summary>
    /// <param name="random">Exactly <see cref="RandomSize"/> bytes that nobody can foretell.</param>
    public static (SecurityPin Pin, string Text) Make(
        OperationTarget target, DateTimeOffset now, ReadOnlySpan<byte> random)
    {
        Invariant.Holds(random.Length == RandomSize);
        string text = PinText.From(random[..SecurityLimits.PinCharacters]);
        byte[] salt = random[SecurityLimits.PinCharacters..].ToArray();
        return (new SecurityPin(target, now, salt, PinText.Hash(salt, text)), text);
    }

    /// <summary>
    /// One try. The text is judged first and in constant time: what is wrong with a PIN is told only to who has it.
    /// The right text for another target counts as a wrong try, so that a PIN seen over a shoulder cannot be tried on
    /// everything.
    /// </summary>
    public (PinOutcome Outcome, SecurityPin Next) Try(string text, OperationTarget target, DateTimeOffset now)
    {
        bool isRight = CryptographicOperations.FixedTimeEquals(PinText.Hash(Salt, text), Hash);
        if (!isRight) return (PinOutcome.Wrong, AfterWrong());
        if (IsUsed) return (PinOutcome.Used, this);
        if (IsVoid) return (PinOutcome.Void, this);
        if (!IsOpen(now)) return (PinOutcome.Expired, this);
        return target == Target
            ? (PinOutcome.Accepted, this with { IsUsed = true })
            : (PinOutcome.OtherTarget, AfterWrong());
    }

    // It stays at the limit: a counter that only ever grows could wrap.
    private SecurityPin AfterWrong() =>
        this with { WrongTries = Math.Min(WrongTries + 1, SecurityLimits.WrongTriesOfAPin) };
}
