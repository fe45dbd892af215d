namespace Coffer.Domain.Security.Roles;

/// <summary>
/// Which role may what: one table, from each permission to the least role that has it. It is closed: a permission
/// that is not in it belongs to nobody.
/// </summary>
public static class RolePermissions
{
    /// <summary>Whether a role alone suffices.</summary>
    /// <remarks>
    /// A Security Administrator can let anybody in, so data is kept from this role: who gives out the rights does not
    /// also read. An account that holds a second role has what that one has.
    /// </remarks>
    public static bool Allows(Role role, Permission permission) =>
        LeastRole(permission) is { } least && Enum.IsDefined(role) && role >= least
        && !(role == Role.SecurityAdministrator && permission == Permission.Restore);

    /// <summary>Whether one of the roles that an account has in the vault suffices.</summary>
    public static bool Allows(IReadOnlyCollection<Role> roles, Permission permission) =>
        roles.Any(role => Allows(role, permission));

    /// <summary>The first role, from the Backup Reader up, that has a permission; null where it is not one.</summary>
    public static Role? LeastRole(Permission permission) => permission switch
    {
        Permission.ViewItems or Permission.ViewPolicies or Permission.ViewJobs or Permission.ViewAlerts
            or Permission.ViewReports or Permission.ViewSettings or Permission.ManageOwnAccount
            => Role.BackupReader,

        Permission.BackUpNow or Permission.Restore or Permission.RunDrill or Permission.RunScrub
            or Permission.CancelJob or Permission.RegisterServer or Permission.CreateCredentials
            or Permission.AcknowledgeAlerts or Permission.Undelete or Permission.HoldPoints
            => Role.BackupOperator,

        Permission.EditPolicies or Permission.ExtendPoints or Permission.StopProtection
            or Permission.ResumeProtection or Permission.DeleteData or Permission.CreatePin
            or Permission.UnregisterServer or Permission.ReleaseHolds or Permission.MarkSuspect
            or Permission.EditAlertRules or Permission.EditActionGroups or Permission.EditReports
            or Permission.EditServerTags or Permission.EditQuotas or Permission.RaiseFloodLimit
            or Permission.ImportSeed
            => Role.BackupContributor,

        Permission.ManageUsers or Permission.ManageTokens or Permission.ChangeSecuritySwitches
            or Permission.ChangeImmutability or Permission.ChangeMultiUserAuthorization
            or Permission.DecideApprovals or Permission.ApproveAdoption or Permission.ReadAudit
            or Permission.EditNetwork or Permission.EditMailServer or Permission.ConfirmTime
            or Permission.ManageReplicas or Permission.CreateVault or Permission.DeleteVault
            => Role.SecurityAdministrator,

        _ => null,
    };
}
