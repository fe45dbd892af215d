using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Retention;
using Coffer.Domain.Wording;

namespace Coffer.Vault.Protection;

/// <summary>What stopping, deleting and bringing back refuse, worded once.</summary>
internal static class ProtectionFaults
{
    public static FaultException NoSource() => FaultException.Usage(
        "source.unknown", "The vault knows no such backup item.", "`coffer protection` lists those of this machine.");

    /// <summary>A backup is refused.</summary>
    public static FaultException Frozen() => FaultException.Refused(
        "protection.frozen",
        "The volume of this data source was taken off the policy; its points are kept as they are and get no more.",
        "`coffer protect` selects it again, as a new data source.");

    public static FaultException Held(int points) => FaultException.Refused(
        "protection.held", $"{Counted.Of(points, "point is", "points are")} held and cannot be deleted.",
        "Release them first: `coffer point release`.");

    public static FaultException Past() =>
        FaultException.Usage("time.past", "That day is over.", "Name a day to come.");

    public static FaultException TooLong() => FaultException.Usage(
        "extend.too-long", $"No point is kept for longer than {RetentionLimits.Years} years.", "Name an earlier day.");

    /// <summary>A machine may ask for no more than its policy gives to a point that is made now.</summary>
    public static FaultException BeyondPolicy(DateTimeOffset longest) => FaultException.Refused(
        "extend.by-person",
        $"This machine can have a point kept until {longest:u}, as long as its policy's longest tier would keep one"
            + " that is made now.",
        "A person at the vault may have it kept for longer: `coffer-vault point extend`.");

    public static FaultException NoWay() => FaultException.Usage(
        "protection.way", "This is no way of stopping protection.",
        "There are retain-data, retain-by-policy and delete-data.");

    public static FaultException NotDeleted() => FaultException.Usage(
        "protection.not-deleted", "Nothing of this backup item is deleted.", "");

    public static FaultException NoPolicy(string why) => FaultException.Refused(
        "vault.policy", $"The vault does not take this policy: {why}.", "");
}
