using Coffer.Domain.Security.Operations;
using Coffer.Domain.Wording;

namespace Coffer.Domain.Security;

/// <summary>Why a vault's switches refuse; each with what to do instead.</summary>
internal static class SecurityFaults
{
    public static Fault Immutable(CriticalOperation operation) => Refused("security.immutable", operation,
        "the vault is immutable",
        "Wait until the points expire, or have a Security Administrator switch immutability off first.");

    public static Fault Locked(CriticalOperation operation) => Refused("security.locked", operation,
        "the vault's immutability is locked, for everybody and for good",
        "Points expire by their policy; protection can be stopped with its data retained by policy.");

    public static Fault AlwaysOn(CriticalOperation operation) => Refused("security.always-on", operation,
        "the vault's soft delete is always on, for everybody and for good",
        "Deleted data is destroyed by itself when its soft-delete period is over.");

    public static Fault PeriodOutOfRange(int days) => new("security.period", FaultKind.Usage,
        $"A soft-delete period of {Counted.Of(days, "day")} is not possible.",
        $"Choose {SecurityLimits.ShortestSoftDeleteDays} to {SecurityLimits.LongestSoftDeleteDays} days.");

    public static Fault FeaturesNeeded(string switchWords) => new("security.features-off", FaultKind.Refused,
        $"{switchWords} is not possible while the vault's security features are off.",
        "Switch the security features on with it.");

    public static Fault MinimumTooLow(string words) => new("security.minimum", FaultKind.Usage,
        $"A minimum retention of {words} is less than Coffer allows.",
        "Choose at least 7 days, 4 weeks, 3 months and 1 year; or switch the security features off.");

    public static Fault TooFewApprovers(int approvers) => new("security.approvers", FaultKind.Refused,
        $"Multi-user authorization needs two people who may approve; the vault has {approvers}.",
        "Make another account a Security Administrator first.");

    private static Fault Refused(string code, CriticalOperation operation, string reason, string guidance) =>
        new(code, FaultKind.Refused, $"Nobody can {OperationWords.Of(operation)}: {reason}.", guidance);
}
