using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Pins;

/// <summary>What a machine is told about a PIN that was not accepted.</summary>
internal static class PinFaults
{
    private const string MakeAnother = "Make a new PIN with `coffer-vault pin create`.";

    /// <summary>Null where it was accepted.</summary>
    public static Fault? Of(PinOutcome outcome, SecurityPin? pin) => outcome switch
    {
        PinOutcome.Accepted => null,
        PinOutcome.Expired => Refused("pin.expired", "The security PIN has expired: it is valid for 5 minutes."),
        PinOutcome.Used => Refused("pin.used", "The security PIN has been used already: it is valid once."),
        PinOutcome.Void => Refused("pin.void", "The security PIN is void after too many wrong tries."),
        PinOutcome.OtherTarget when pin is not null => Refused("pin.other",
            $"The security PIN was made to {OperationWords.Of(pin.Target.Operation)}, not for this or not on this."),
        _ => Refused("pin.wrong", "The security PIN is wrong, or none was made for this machine."),
    };

    public static Fault Locked(PinAttempts attempts) => new("pin.locked", FaultKind.Refused,
        $"Too many wrong security PINs: this machine's are locked until {attempts.LockedUntil:u}.",
        "Wait until then; if nobody here typed them, treat the machine as taken over.");

    private static Fault Refused(string code, string message) => new(code, FaultKind.Refused, message, MakeAnother);
}
