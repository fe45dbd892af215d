using Coffer.Domain.Security.Roles;
using static Coffer.Domain.Security.Operations.CriticalOperation;
using static Coffer.Domain.Security.Operations.MultiUserGuard;
using static Coffer.Domain.Security.Roles.Permission;
using Immutability = Coffer.Domain.Security.Settings.Immutability;

namespace Coffer.Domain.Security.Operations;

/// <summary>What one critical operation takes; the table of all of them.</summary>
/// <param name="Permission">Of the person who does it, or makes the PIN with which an agent does it.</param>
/// <param name="NeedsPin">While the vault's security features are on.</param>
/// <param name="BlockedFrom">
/// The immutability from which on nobody may: immutability keeps points until their time and retention from
/// shrinking, and a lock keeps what holds it up. Null: never blocked.
/// </param>
/// <param name="TokenMayMakePin">
/// Whether an API token whose scope names it may make its PIN. Never what takes data, keys or a switch away: that
/// wants a person.
/// </param>
public sealed record OperationRule(
    CriticalOperation Operation, Permission Permission, bool NeedsPin, MultiUserGuard Guard, Immutability? BlockedFrom,
    bool TokenMayMakePin)
{
    /// <summary>Every operation, once.</summary>
    /// <remarks>
    /// A lower frequency is let through under immutability because it makes no point go earlier there: what exists
    /// keeps its date. So is a released hold, which has no date: else one false alarm would keep a point for ever.
    /// </remarks>
    public static IReadOnlyList<OperationRule> All { get; } =
    [
        new(CriticalOperation.DeleteData, Permission.DeleteData, true, IfDeleteIsGuarded, Immutability.On, false),
        new(RetainByPolicy, StopProtection, true, IfShorterRetentionIsGuarded, null, true),
        new(ChangePassphrase, Permission.CreatePin, true, Never, null, false),
        new(RemoveFromPolicy, EditPolicies, true, Never, null, true),
        new(AddExclusion, EditPolicies, true, Never, null, true),
        new(ShortenRetention, EditPolicies, true, IfShorterRetentionIsGuarded, Immutability.On, true),
        new(LowerFrequency, EditPolicies, true, IfShorterRetentionIsGuarded, null, true),
        new(LoosenSnapshots, EditPolicies, true, Never, null, true),
        new(Unregister, UnregisterServer, true, IfDeleteIsGuarded, Immutability.On, false),
        new(RemoveHold, ReleaseHolds, true, Never, null, true),
        new(FetchOldEnvelope, Permission.CreatePin, true, Never, null, false),
        new(CriticalOperation.CreatePin, Permission.CreatePin, false, IfPinIsGuarded, null, false),
        new(SecurityFeaturesOff, ChangeSecuritySwitches, true, Always, Immutability.Locked, false),
        new(SoftDeleteOff, ChangeSecuritySwitches, true, Always, Immutability.Locked, false),
        new(SoftDeleteShorter, ChangeSecuritySwitches, true, Always, null, false),
        new(ImmutabilityDown, ChangeImmutability, true, Always, Immutability.Locked, false),
        new(MultiUserOff, ChangeMultiUserAuthorization, true, Always, null, false),
        new(MultiUserGuardsLess, ChangeMultiUserAuthorization, true, Always, null, false),
        new(LowerMinimumRetention, ChangeSecuritySwitches, true, IfShorterRetentionIsGuarded, Immutability.On, false),
        new(AddApprover, ManageUsers, false, Always, null, false),
    ];

    public static OperationRule Of(CriticalOperation operation)
    {
        foreach (var rule in All)
            if (rule.Operation == operation) return rule;
        throw new ArgumentOutOfRangeException(nameof(operation), operation, "no rule for this operation");
    }
}
