using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;

namespace Coffer.Domain.Security.Tokens;

/// <summary>
/// What an API token may, until when: the permissions, the operations that it may make PINs for, and the machines,
/// all listed one by one. A token is a secret in a script, so it can do less than the person who made it, and never
/// what takes data, keys or switches away.
/// </summary>
/// <param name="Machines">
/// Null: every machine, for what needs no PIN. A PIN is made only for a machine that is listed.
/// </param>
public sealed record TokenScope(
    IReadOnlyCollection<Permission> Permissions, IReadOnlyCollection<CriticalOperation> PinOperations,
    IReadOnlyCollection<MachineId>? Machines, DateTimeOffset Ends)
{
    /// <summary>
    /// Whether any token may have a permission: none that only a Security Administrator has, but for reading the
    /// audit log, which monitoring wants; and no PINs but by <see cref="PinOperations"/>.
    /// </summary>
    public static bool CanHold(Permission permission) =>
        permission == Permission.ReadAudit
        || (permission != Permission.CreatePin
            && RolePermissions.LeastRole(permission) is { } least && least < Role.SecurityAdministrator);

    /// <summary>Why no such token can be made by an account with these roles, or null. Codes:
    /// <c>token.permission</c>, <c>token.pin</c>, <c>token.ends</c>.</summary>
    public Fault? Broken(IReadOnlyCollection<Role> makersRoles, DateTimeOffset now)
    {
        foreach (var permission in Permissions)
            if (!CanHold(permission)) return NotInScope($"No API token can have the permission {permission}.");
            else if (!RolePermissions.Allows(makersRoles, permission))
                return NotInScope($"You have not the permission {permission} yourself.");
        foreach (var operation in PinOperations)
            if (PinFault(operation, makersRoles) is { } fault) return fault;
        if (PinOperations.Count > 0 && Machines is null)
            return Pin("A token that makes security PINs is for listed machines only.");
        return Ends > now && Ends - now <= SecurityLimits.TokenLife
            ? null
            : new Fault("token.ends", FaultKind.Usage, "The token's end date has passed or is over a year away.",
                $"Choose a date within {SecurityLimits.TokenLife.TotalDays:0} days; make a new token before then.");
    }

    /// <summary>Why a use case is refused, or null. Codes: <c>token.expired</c>, <c>token.permission</c>,
    /// <c>token.machine</c>.</summary>
    /// <param name="machine">Null where it is about the vault; refused where machines are listed.</param>
    public Fault? Refusal(Permission permission, MachineId? machine, DateTimeOffset now)
    {
        if (now >= Ends) return Expired();
        if (!CanHold(permission) || !Permissions.Contains(permission))
            return NotInScope($"The API token has not the permission {permission}.");
        return Machines is null || (machine is { } one && Machines.Contains(one)) ? null : OtherMachine();
    }

    /// <summary>Why a PIN is refused, or null. Codes: <c>token.expired</c>, <c>token.pin</c>, <c>token.machine</c>,
    /// <c>token.multi-user</c>.</summary>
    public Fault? PinRefusal(OperationTarget target, MultiUserAuthorization multiUser, DateTimeOffset now)
    {
        if (now >= Ends) return Expired();
        if (multiUser.IsOn)
            return new Fault("token.multi-user", FaultKind.Refused,
                "No API token makes security PINs while multi-user authorization is on.",
                "Sign in to the portal and make the PIN there.");
        var rule = OperationRule.Of(target.Operation);
        if (!rule.TokenMayMakePin || !PinOperations.Contains(target.Operation))
            return Pin($"The API token makes no security PIN to {OperationWords.Of(target.Operation)}.");
        return target.Machine is { } machine && Machines?.Contains(machine) == true ? null : OtherMachine();
    }

    private static Fault? PinFault(CriticalOperation operation, IReadOnlyCollection<Role> makersRoles)
    {
        var rule = OperationRule.Of(operation);
        if (!rule.TokenMayMakePin)
            return Pin($"No API token makes security PINs to {OperationWords.Of(operation)}.");
        return RolePermissions.Allows(makersRoles, Permission.CreatePin)
            && RolePermissions.Allows(makersRoles, rule.Permission)
                ? null
                : Pin($"You may not make security PINs to {OperationWords.Of(operation)} yourself.");
    }

    private static Fault Expired() => new("token.expired", FaultKind.Refused, "The API token has expired.",
        "Have a Security Administrator make a new one.");

    private static Fault NotInScope(string message) => new("token.permission", FaultKind.Refused, message,
        "Make a token whose scope has it, or sign in as a person who may.");

    private static Fault Pin(string message) => new("token.pin", FaultKind.Refused, message,
        "Make the PIN as a person: `coffer-vault pin create`.");

    private static Fault OtherMachine() => new("token.machine", FaultKind.Refused,
        "The API token is not for this machine.", "Make a token whose scope lists the machine.");
}
