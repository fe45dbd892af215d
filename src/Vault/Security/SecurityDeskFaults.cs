using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;

namespace Coffer.Vault.Security;

/// <summary>What a vault refuses people and machines, worded once.</summary>
internal static class SecurityDeskFaults
{
    public static FaultException NoPermission(Permission permission) => FaultException.Refused(
        "role.missing",
        RolePermissions.LeastRole(permission) is { } least
            ? $"This takes the role {Words(least)}, or one above it."
            : "Nobody may do this.",
        "Have a Security Administrator give you the role, or do it for you.");

    /// <summary>Says all that whoever makes the PIN has to name.</summary>
    public static FaultException PinNeeded(OperationTarget target) => FaultException.Refused(
        "pin.needed",
        $"To {OperationWords.Of(target.Operation)} takes a security PIN made for it.",
        $"Have one made with `coffer-vault pin create --for {target.Operation}"
        + (target.Machine is { } machine ? $" --server {machine}" : "") + $" --object '{target.Object}'` on the vault's"
        + " machine; --data DIR is its folder there, where COFFER_VAULT_DATA does not say so.");

    public static FaultException NoSuchServer() => FaultException.Usage(
        "server.unknown", "The vault knows no such server.", "`coffer-vault server list` tells which it knows.");

    public static FaultException SecondFactor() => FaultException.Refused(
        "signin.code", "The code of the second factor is missing, wrong or used already.",
        "Type the code that your authenticator app shows now.");

    public static FaultException PersonNeeded() => FaultException.Refused(
        "approval.person", "This takes two people, and a machine or a token is none.",
        "Do it signed in as a person, or with a security PIN that a person made.");

    public static FaultException ApprovalAsked(Id128 request) => FaultException.Refused(
        "approval.asked",
        $"A second person has to approve this. The request {request} has been made, and is valid for 24 hours.",
        "When another Security Administrator has approved it, do the same again.");

    public static FaultException TooNew() => FaultException.Refused(
        "approval.new", "Who asks has made or reset this account, or raised it, less than a day ago.",
        "Somebody else may decide it, or ask again tomorrow.");

    public static FaultException TooManyRequests() => FaultException.Refused(
        "approval.many", "Too many requests of yours wait for a second person.", "Have them decided first.");

    public static FaultException NoSuchApproval() => FaultException.Usage(
        "approval.unknown", "There is no such request.", "List the requests to see which there are.");

    public static FaultException ForGood() => FaultException.Usage(
        "settings.for-good", "This change cannot be undone by anybody, ever.", "Say so with it: --for-good.");

    public static FaultException Unconfirmed(string name) => FaultException.Usage(
        "confirm.name", $"The name typed is not that of what this is about: '{name}'.", $"Type exactly {name}.");

    private static string Words(Role role) => role switch
    {
        Role.BackupReader => "Backup Reader",
        Role.BackupOperator => "Backup Operator",
        Role.BackupContributor => "Backup Contributor",
        _ => "Security Administrator",
    };
}
