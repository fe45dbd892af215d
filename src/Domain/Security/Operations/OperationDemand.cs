using Coffer.Domain.Security.Settings;

namespace Coffer.Domain.Security.Operations;

/// <summary>What a vault, as it is set now, wants before it carries out an operation.</summary>
/// <param name="NeedsPin">On a served vault; an embedded one has no PINs and wants the object's name typed.</param>
/// <param name="Refusal">Why nobody may; null where it can be done.</param>
public sealed record OperationDemand(bool NeedsPin, bool NeedsSecondPerson, Fault? Refusal)
{
    public static OperationDemand Of(CriticalOperation operation, SecuritySettings settings)
    {
        var rule = OperationRule.Of(operation);
        return new OperationDemand(
            rule.NeedsPin && settings.HasSecurityFeatures,
            settings.MultiUser.Guards(rule.Guard),
            Refusing(rule, settings));
    }

    private static Fault? Refusing(OperationRule rule, SecuritySettings settings)
    {
        if (rule.BlockedFrom is { } from && settings.Immutability >= from)
            return settings.Immutability == Immutability.Locked
                ? SecurityFaults.Locked(rule.Operation)
                : SecurityFaults.Immutable(rule.Operation);
        bool takesSoftDelete =
            rule.Operation is CriticalOperation.SoftDeleteOff or CriticalOperation.SecurityFeaturesOff;
        return takesSoftDelete && settings.SoftDelete.Mode == SoftDeleteMode.AlwaysOn
            ? SecurityFaults.AlwaysOn(rule.Operation)
            : null;
    }
}
