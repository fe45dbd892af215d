using Coffer.Domain.Security.Roles;

namespace Coffer.Unit.Domain.Security.Roles;

public sealed class RolePermissionsTests
{
    private static readonly (string Roles, Permission[] Permissions)[] s_table =
    [
        ("Reader Operator Contributor Administrator",
        [
            Permission.ViewItems, Permission.ViewPolicies, Permission.ViewJobs, Permission.ViewAlerts,
            Permission.ViewReports, Permission.ViewSettings, Permission.ManageOwnAccount,
        ]),
        ("Operator Contributor", [Permission.Restore]),
        ("Operator Contributor Administrator",
        [
            Permission.BackUpNow, Permission.RunDrill, Permission.RunScrub, Permission.CancelJob,
            Permission.RegisterServer, Permission.CreateCredentials, Permission.AcknowledgeAlerts,
            Permission.Undelete, Permission.HoldPoints,
        ]),
        ("Contributor Administrator",
        [
            Permission.EditPolicies, Permission.ExtendPoints, Permission.StopProtection, Permission.ResumeProtection,
            Permission.DeleteData, Permission.CreatePin, Permission.UnregisterServer, Permission.ReleaseHolds,
            Permission.MarkSuspect, Permission.EditAlertRules, Permission.EditActionGroups, Permission.EditReports,
            Permission.EditServerTags, Permission.EditQuotas, Permission.RaiseFloodLimit, Permission.ImportSeed,
        ]),
        ("Administrator",
        [
            Permission.ManageUsers, Permission.ManageTokens, Permission.ChangeSecuritySwitches,
            Permission.ChangeImmutability, Permission.ChangeMultiUserAuthorization, Permission.DecideApprovals,
            Permission.ApproveAdoption, Permission.ReadAudit, Permission.EditNetwork, Permission.EditMailServer,
            Permission.ConfirmTime, Permission.ManageReplicas, Permission.CreateVault, Permission.DeleteVault,
        ]),
    ];

    public static TheoryData<Permission> Permissions => [.. Enum.GetValues<Permission>()];

    [Theory]
    [MemberData(nameof(Permissions))]
    public void Allows_EachRole_AsTheTableSays(Permission permission)
    {
        var rows = s_table.Where(row => row.Permissions.Contains(permission)).ToList();
        rows.Count.ShouldBe(1, $"{permission} is in the table of this test once");
        var roles = Enum.GetValues<Role>().Where(role => RolePermissions.Allows(role, permission));
        string.Join(' ', roles.Select(Short)).ShouldBe(rows[0].Roles);
    }

    [Fact]
    public void Allows_TwoRoles_HaveWhatEitherHas()
    {
        Role[] both = [Role.SecurityAdministrator, Role.BackupOperator];
        RolePermissions.Allows(both, Permission.Restore).ShouldBeTrue();
        RolePermissions.Allows(both, Permission.ManageUsers).ShouldBeTrue();
        RolePermissions.Allows([Role.BackupReader, Role.SecurityAdministrator], Permission.Restore).ShouldBeFalse();
    }

    [Fact]
    public void Allows_NoRoleOrNoSuchNumber_IsRefused()
    {
        foreach (var permission in Enum.GetValues<Permission>())
        {
            RolePermissions.Allows([], permission).ShouldBeFalse();
            RolePermissions.Allows((Role)0, permission).ShouldBeFalse();
            RolePermissions.Allows((Role)99, permission).ShouldBeFalse();
        }

        foreach (var role in Enum.GetValues<Role>()) RolePermissions.Allows(role, (Permission)999).ShouldBeFalse();
    }

    private static string Short(Role role) => role switch
    {
        Role.BackupReader => "Reader",
        Role.BackupOperator => "Operator",
        Role.BackupContributor => "Contributor",
        Role.SecurityAdministrator => "Administrator",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
