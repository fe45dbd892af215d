using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;

namespace Coffer.Domain.Security.Settings;

/// <summary>
/// The judgement on a change of a vault's switches: whether it can be made, what it weakens, and what it takes. It is
/// the settings before the change that judge, so nothing is switched off and used in one step.
/// </summary>
/// <param name="Permissions">What the person needs who makes it: of every switch that is touched.</param>
/// <param name="Refusal">Why nobody can make it; null where it can be made.</param>
/// <param name="Weakens">In the order of the switches; empty where the change only strengthens.</param>
/// <param name="IsForGood">It goes through a door that has no way back: always on, or locked.</param>
public sealed record SettingsChange(
    IReadOnlyList<Permission> Permissions, Fault? Refusal, IReadOnlyList<CriticalOperation> Weakens, bool NeedsPin,
    bool NeedsSecondPerson, bool IsForGood)
{
    /// <param name="approvers">Accounts that may decide approvals.</param>
    public static SettingsChange Judge(SecuritySettings from, SecuritySettings to, int approvers)
    {
        CriticalOperation[] weakens = [.. Weakening(from, to)];
        var demands = weakens.Select(operation => OperationDemand.Of(operation, from)).ToList();
        bool isForGood = (to.SoftDelete.Mode == SoftDeleteMode.AlwaysOn && from.SoftDelete.Mode != to.SoftDelete.Mode)
            || (to.Immutability == Immutability.Locked && from.Immutability != Immutability.Locked);
        return new SettingsChange(
            [.. Touched(from, to)],
            demands.Select(demand => demand.Refusal).FirstOrDefault(refusal => refusal is not null)
                ?? AlwaysOnUndone(from, to) ?? to.Broken() ?? OneApprover(from, to, approvers),
            weakens,
            demands.Exists(demand => demand.NeedsPin),
            demands.Exists(demand => demand.NeedsSecondPerson),
            isForGood);
    }

    private static IEnumerable<Permission> Touched(SecuritySettings from, SecuritySettings to)
    {
        if (from.HasSecurityFeatures != to.HasSecurityFeatures || from.SoftDelete != to.SoftDelete
            || from.MinimumRetention != to.MinimumRetention)
            yield return Permission.ChangeSecuritySwitches;
        if (from.Immutability != to.Immutability) yield return Permission.ChangeImmutability;
        if (from.MultiUser != to.MultiUser) yield return Permission.ChangeMultiUserAuthorization;
    }

    private static IEnumerable<CriticalOperation> Weakening(SecuritySettings from, SecuritySettings to)
    {
        if (from.HasSecurityFeatures && !to.HasSecurityFeatures) yield return CriticalOperation.SecurityFeaturesOff;
        if (from.SoftDelete.Mode != SoftDeleteMode.Off && to.SoftDelete.Mode == SoftDeleteMode.Off)
            yield return CriticalOperation.SoftDeleteOff;
        if (from.SoftDelete.Mode != SoftDeleteMode.Off && to.SoftDelete.PeriodDays < from.SoftDelete.PeriodDays)
            yield return CriticalOperation.SoftDeleteShorter;
        if (to.Immutability < from.Immutability) yield return CriticalOperation.ImmutabilityDown;
        if (from.MultiUser.IsOn && !to.MultiUser.IsOn) yield return CriticalOperation.MultiUserOff;
        else if (from.MultiUser.IsOn && to.MultiUser.GuardsLessThan(from.MultiUser))
            yield return CriticalOperation.MultiUserGuardsLess;
        if (to.MinimumRetention.IsBelow(from.MinimumRetention)) yield return CriticalOperation.LowerMinimumRetention;
    }

    /// <summary>Back to plain "on": it weakens nothing by itself, and would undo what was promised for good.</summary>
    private static Fault? AlwaysOnUndone(SecuritySettings from, SecuritySettings to) =>
        from.SoftDelete.Mode == SoftDeleteMode.AlwaysOn && to.SoftDelete.Mode != SoftDeleteMode.AlwaysOn
            ? SecurityFaults.AlwaysOn(CriticalOperation.SoftDeleteOff)
            : null;

    private static Fault? OneApprover(SecuritySettings from, SecuritySettings to, int approvers) =>
        !from.MultiUser.IsOn && to.MultiUser.IsOn && approvers < SecurityLimits.FewestApprovers
            ? SecurityFaults.TooFewApprovers(approvers)
            : null;
}
