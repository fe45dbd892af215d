using Coffer.Domain.Security.Roles;

namespace Coffer.Vault.Security;

/// <summary>One thing that a person, a token or the console may ask of a served vault.</summary>
/// <param name="Name">As the API and the audit log have it; never renamed.</param>
/// <param name="Permission">What it takes; what more it takes is told by the operation's rule.</param>
public sealed record UseCase(string Name, Permission Permission);

/// <summary>All of them.</summary>
public static class UseCases
{
    public static readonly UseCase ShowVault = new("vault.show", Permission.ViewSettings);
    public static readonly UseCase ReadMetrics = new("metrics.read", Permission.ViewReports);
    public static readonly UseCase ConfirmTime = new("vault.confirm-time", Permission.ConfirmTime);
    public static readonly UseCase CreateCredentials = new("credentials.create", Permission.CreateCredentials);

    public static readonly UseCase ListServers = new("servers.list", Permission.ViewItems);
    public static readonly UseCase ShowServer = new("servers.show", Permission.ViewItems);
    public static readonly UseCase Unregister = new("servers.unregister", Permission.UnregisterServer);
    public static readonly UseCase Revoke = new("servers.revoke", Permission.UnregisterServer);
    public static readonly UseCase SetQuota = new("servers.set-quota", Permission.EditQuotas);
    public static readonly UseCase SetTags = new("servers.set-tags", Permission.EditPolicies);
    public static readonly UseCase ShowPolicy = new("servers.show-policy", Permission.ViewPolicies);

    public static readonly UseCase PreviewPolicyEdit = new("policies.preview-edit", Permission.EditPolicies);
    public static readonly UseCase EditPolicy = new("policies.edit", Permission.EditPolicies);
    public static readonly UseCase CancelPolicyEdit = new("policies.cancel-edit", Permission.EditPolicies);
    public static readonly UseCase ListPolicyEdits = new("policies.list-edits", Permission.ViewPolicies);
    public static readonly UseCase ListTemplates = new("templates.list", Permission.ViewPolicies);
    public static readonly UseCase SetTemplate = new("templates.set", Permission.EditPolicies);
    public static readonly UseCase DeleteTemplate = new("templates.delete", Permission.EditPolicies);
    public static readonly UseCase AskBackup = new("backups.ask", Permission.BackUpNow);
    public static readonly UseCase ListAskedBackups = new("backups.list-asked", Permission.ViewJobs);

    public static readonly UseCase ListAdoptions = new("adoptions.list", Permission.ViewItems);
    public static readonly UseCase ApproveAdoption = new("adoptions.approve", Permission.ApproveAdoption);
    public static readonly UseCase DenyAdoption = new("adoptions.deny", Permission.ApproveAdoption);

    public static readonly UseCase ListJoins = new("joins.list", Permission.ViewItems);
    public static readonly UseCase ApproveJoin = new("joins.approve", Permission.ApproveAdoption);
    public static readonly UseCase DenyJoin = new("joins.deny", Permission.ApproveAdoption);
    public static readonly UseCase Distrust = new("servers.distrust", Permission.MarkSuspect);
    public static readonly UseCase Trust = new("servers.trust", Permission.ApproveAdoption);

    public static readonly UseCase ListItems = new("items.list", Permission.ViewItems);
    public static readonly UseCase ShowItem = new("items.show", Permission.ViewItems);
    public static readonly UseCase StopProtection = new("items.stop", Permission.StopProtection);
    public static readonly UseCase ResumeProtection = new("items.resume", Permission.ResumeProtection);
    public static readonly UseCase Undelete = new("items.undelete", Permission.Undelete);

    public static readonly UseCase ListPoints = new("points.list", Permission.ViewItems);
    public static readonly UseCase HoldPoint = new("points.hold", Permission.HoldPoints);
    public static readonly UseCase ExtendPoint = new("points.extend", Permission.ExtendPoints);
    public static readonly UseCase ReleasePoint = new("points.release", Permission.ReleaseHolds);

    public static readonly UseCase ShowSeeds = new("seeds.show", Permission.ViewJobs);
    public static readonly UseCase ImportSeeds = new("seeds.import", Permission.ImportSeed);

    public static readonly UseCase ListCare = new("care.list", Permission.ViewJobs);
    public static readonly UseCase ShowCare = new("care.show", Permission.ViewJobs);
    public static readonly UseCase Check = new("care.check", Permission.RunScrub);
    public static readonly UseCase Scrub = new("care.scrub", Permission.RunScrub);
    public static readonly UseCase Collect = new("care.collect", Permission.RunScrub);
    public static readonly UseCase StopCare = new("care.stop", Permission.CancelJob);

    public static readonly UseCase ListJobs = new("jobs.list", Permission.ViewJobs);

    public static readonly UseCase ShowSettings = new("settings.show", Permission.ViewSettings);
    public static readonly UseCase ChangeSettings = new("settings.change", Permission.ChangeSecuritySwitches);
    public static readonly UseCase ShowNetworks = new("networks.show", Permission.ViewSettings);
    public static readonly UseCase SetNetworks = new("networks.set", Permission.EditNetwork);
    public static readonly UseCase CreatePin = new("pins.create", Permission.CreatePin);
    public static readonly UseCase ListApprovals = new("approvals.list", Permission.ViewSettings);
    public static readonly UseCase Approve = new("approvals.approve", Permission.DecideApprovals);
    public static readonly UseCase Deny = new("approvals.deny", Permission.DecideApprovals);

    public static readonly UseCase ListAccounts = new("accounts.list", Permission.ManageUsers);
    public static readonly UseCase InviteAccount = new("accounts.invite", Permission.ManageUsers);
    public static readonly UseCase SetRoles = new("accounts.set-roles", Permission.ManageUsers);
    public static readonly UseCase ResetAccount = new("accounts.reset", Permission.ManageUsers);
    public static readonly UseCase RemoveAccount = new("accounts.remove", Permission.ManageUsers);
    public static readonly UseCase SignOut = new("session.end", Permission.ManageOwnAccount);

    public static readonly UseCase ListTokens = new("tokens.list", Permission.ManageTokens);
    public static readonly UseCase CreateToken = new("tokens.create", Permission.ManageTokens);
    public static readonly UseCase RevokeToken = new("tokens.revoke", Permission.ManageTokens);

    public static readonly UseCase ListAudit = new("audit.list", Permission.ReadAudit);
    public static readonly UseCase VerifyAudit = new("audit.verify", Permission.ReadAudit);
}
