namespace Coffer.Domain.Security.Pins;

/// <summary>What became of one try with a PIN.</summary>
public enum PinOutcome
{
    Accepted = 1,

    /// <summary>Not the text of the PIN, or there is none.</summary>
    Wrong = 2,

    /// <summary>The right text, too late; or before it was made, where the clock went back.</summary>
    Expired = 3,

    /// <summary>The right text, for the second time.</summary>
    Used = 4,

    /// <summary>The right text, after too many wrong ones.</summary>
    Void = 5,

    /// <summary>The right text, for something else than it was made for.</summary>
    OtherTarget = 6,

    /// <summary>Not looked at: the machine's PINs are locked after too many wrong ones.</summary>
    MachineLocked = 7,
}
