using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;

namespace Coffer.Contracts.Management;

/// <param name="HasSecondFactor">And so can sign in.</param>
/// <param name="InvitedUntil">Null: no invitation is open.</param>
public sealed record AccountItem(
    AccountId Id, string Name, IReadOnlyList<Role> Roles, bool HasSecondFactor, DateTimeOffset? InvitedUntil);

public sealed record InvitationRequest(string Name, IReadOnlyList<Role> Roles);

public sealed record RolesRequest(IReadOnlyList<Role> Roles);

/// <param name="Secret">Told once; with it one chooses a password and a second factor.</param>
public sealed record InvitationAnswer(AccountItem Account, string Secret);

/// <summary>Takes an invitation: first with a password, then with the first code.</summary>
public sealed record EnrolRequest(string Secret, string Password);

/// <param name="Authenticator">What an authenticator app reads (otpauth).</param>
public sealed record EnrolAnswer(Uri Authenticator);

public sealed record EnrolConfirmation(string Secret, string Code);

public sealed record SignInRequest(string Name, string Password, string Code);

/// <param name="Token">Sent as <c>Authorization: Bearer</c>.</param>
public sealed record SignInAnswer(string Token, int LifetimeSeconds);

/// <param name="Machines">Null: every machine, for what needs no PIN.</param>
public sealed record TokenScopeRequest(
    string Name, IReadOnlyList<Permission> Permissions, IReadOnlyList<CriticalOperation> PinOperations,
    IReadOnlyList<MachineId>? Machines, DateTimeOffset Ends);

public sealed record TokenItem(
    Id128 Id, string Name, IReadOnlyList<Permission> Permissions, IReadOnlyList<CriticalOperation> PinOperations,
    IReadOnlyList<MachineId>? Machines, DateTimeOffset Ends, DateTimeOffset MadeAt);

/// <param name="Text">The token itself; told once.</param>
public sealed record TokenMade(TokenItem Token, string Text);

/// <param name="Requester">By name, where the account is still there.</param>
public sealed record ApprovalItem(
    Id128 Id, CriticalOperation Operation, MachineId? Server, string Object, string Requester, DateTimeOffset AskedAt,
    DateTimeOffset Ends, ApprovalState State, string? Decider);

/// <param name="Finding">The first entry that does not fit; null: all do.</param>
/// <param name="Head">Of the log as it is; noted elsewhere it shows later whether the log was cut or rewritten.</param>
public sealed record AuditVerdict(AuditFinding? Finding, AuditHead Head);
