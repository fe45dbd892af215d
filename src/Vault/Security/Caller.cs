using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Domain.Security.Tokens;
using Coffer.Vault.Documents;

namespace Coffer.Vault.Security;

/// <summary>Who asks: a person, an API token, a machine, or whoever has the console.</summary>
public sealed class Caller
{
    private readonly TokenScope? _scope;

    private Caller(string name, AccountId? account, IReadOnlyCollection<Role> roles, TokenScope? scope) =>
        (Name, Account, Roles, _scope) = (name, account, roles, scope);

    /// <summary>
    /// Whoever owns the vault's folder, or is root there: may what any role may, and is recorded and bound by the
    /// vault's switches as everybody is.
    /// </summary>
    public static Caller AtConsole { get; } = new("console", default(AccountId), Enum.GetValues<Role>(), null);

    /// <summary>As the audit log has it.</summary>
    public string Name { get; }

    public bool IsConsole => ReferenceEquals(this, AtConsole);

    /// <summary>Who can be told from others when two are needed; null for machines and tokens.</summary>
    internal AccountId? Account { get; }

    internal IReadOnlyCollection<Role> Roles { get; }

    internal static Caller Person(Account account) =>
        new($"account {account.Name} ({account.Id})", account.Id, account.Roles, null);

    /// <param name="maker">Whose roles end what the token may as well.</param>
    internal static Caller Token(ApiToken token, Account maker) =>
        new($"token {token.Name} ({token.Id})", null, maker.Roles, token.Scope);

    internal static Caller Machine(ServerDescription server) =>
        new($"machine {server.Name} ({server.Id})", null, [], null);

    /// <exception cref="FaultException"><c>role.missing</c>, <c>token.permission</c>, <c>token.machine</c>,
    /// <c>token.expired</c>.</exception>
    internal void Require(UseCase useCase, MachineId? machine, DateTimeOffset now) =>
        Require(useCase.Permission, machine, now);

    /// <inheritdoc cref="Require(UseCase, MachineId?, DateTimeOffset)"/>
    internal void Require(Permission permission, MachineId? machine, DateTimeOffset now)
    {
        if (!RolePermissions.Allows(Roles, permission)) throw SecurityDeskFaults.NoPermission(permission);
        if (_scope?.Refusal(permission, machine, now) is { } refusal) throw new FaultException(refusal);
    }

    /// <summary>Whether a PIN for a target may be made by this caller.</summary>
    internal void RequirePin(OperationTarget target, MultiUserAuthorization multiUser, DateTimeOffset now)
    {
        if (_scope is { } scope)
        {
            if (scope.PinRefusal(target, multiUser, now) is { } refusal) throw new FaultException(refusal);
        }
        else
        {
            Require(Permission.CreatePin, target.Machine, now);
        }
        var permission = OperationRule.Of(target.Operation).Permission;
        if (!RolePermissions.Allows(Roles, permission)) throw SecurityDeskFaults.NoPermission(permission);
    }
}
