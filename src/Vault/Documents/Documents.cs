using System.Text.Json.Serialization;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Pins;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Domain.Security.SignIn;
using Coffer.Domain.Security.Tokens;
using Coffer.Vault.Editing;
using Coffer.Vault.Sharing;

namespace Coffer.Vault.Documents;

/// <summary>The newest PIN made for a machine, or for the vault itself.</summary>
/// <param name="Maker">Whose approval counts, where two are needed.</param>
/// <param name="Approver">Who approved that it was made, where that takes two.</param>
internal sealed record MadePin(SecurityPin Pin, AccountId Maker, AccountId? Approver = null);

/// <summary>A person who signs in here.</summary>
/// <param name="Password">Null until the invitation was taken.</param>
/// <param name="Factor">Null until its first code was right.</param>
/// <param name="Invitation">Lets whoever has it choose a password and a second factor; null: none is open.</param>
internal sealed record Account(
    AccountId Id, string Name, Role[] Roles, DateTimeOffset MadeAt, PasswordHash? Password, SecondFactor? Factor,
    Invitation? Invitation)
{
    /// <summary>Who made the invitation by which the account got its password and second factor.</summary>
    public AccountId? CredentialsFrom { get; init; }

    /// <summary>When it got them.</summary>
    public DateTimeOffset? EnrolledAt { get; init; }

    /// <summary>Who made a Security Administrator of somebody that was none.</summary>
    public AccountId? RaisedBy { get; init; }

    public DateTimeOffset? RaisedAt { get; init; }
}

/// <param name="Iterations">Of PBKDF2 with HMAC-SHA-512 (RFC 8018).</param>
internal sealed record PasswordHash(byte[] Salt, int Iterations, byte[] Hash);

/// <param name="SecretHash">SHA-256 of the secret that was told once.</param>
/// <param name="Password">Chosen, and not yet in force.</param>
/// <param name="FactorKey">Shown, and its first code not yet seen.</param>
/// <param name="WrongCodes">Given for the first one; so many, and the invitation is void.</param>
internal sealed record Invitation(
    byte[] SecretHash, DateTimeOffset ValidUntil, PasswordHash? Password, byte[]? FactorKey, int WrongCodes = 0);

/// <param name="SecretHash">SHA-256 of the secret that was told once.</param>
internal sealed record ApiToken(
    Id128 Id, string Name, byte[] SecretHash, TokenScope Scope, AccountId Maker, DateTimeOffset MadeAt);

internal sealed record Protection(
    SourceId Source, ProtectionState State, DateTimeOffset Since, string By, string Reason);

/// <summary>
/// A data source whose volume was taken off the policy: what it has is kept as that policy had it, whatever comes
/// after.
/// </summary>
internal sealed record Frozen(SourceId Source, long PolicyVersion, DateTimeOffset Since);

/// <summary>Why a registered machine's key is not taken.</summary>
/// <param name="IsUnregistered">For good, its data deleted; else until a new key adopts it.</param>
internal sealed record ServerEnd(MachineId Machine, bool IsUnregistered, DateTimeOffset Since, string By);

/// <summary>A machine that wants to go on as a known server.</summary>
internal sealed record Adoption(
    MachineId Server, string Name, byte[] MachineKey, DateTimeOffset AskedAt, bool IsApproved);

/// <summary>What a server may take; the vault's own limits where it is the id of none.</summary>
/// <param name="Bytes">Null: no limit.</param>
/// <param name="ExtraPointsADay">Beyond the scheduled ones.</param>
internal sealed record Quota(long? Bytes, int ExtraPointsADay);

/// <summary>What people call a server by, beside its name; sorted.</summary>
internal sealed record ServerTags(string[] Tags);

/// <param name="Networks">As CIDR; empty: all.</param>
internal sealed record AllowedNetworks(string[] Networks);

internal static class DocumentKinds
{
    /// <summary>The id of what there is one of in a vault.</summary>
    public const string Vault = "vault";

    public static readonly DocumentKind<SecuritySettings> Settings =
        new("settings", DocumentJson.Default.SecuritySettings);
    public static readonly DocumentKind<MadePin> Pin = new("pin", DocumentJson.Default.MadePin);
    public static readonly DocumentKind<PinAttempts> Attempts = new("pin-attempts", DocumentJson.Default.PinAttempts);
    public static readonly DocumentKind<ApprovalRequest> Approval =
        new("approval", DocumentJson.Default.ApprovalRequest);
    public static readonly DocumentKind<Account> Account = new("account", DocumentJson.Default.Account);
    public static readonly DocumentKind<ApiToken> Token = new("token", DocumentJson.Default.ApiToken);
    public static readonly DocumentKind<Protection> Protection = new("protection", DocumentJson.Default.Protection);
    public static readonly DocumentKind<Frozen> Frozen = new("frozen", DocumentJson.Default.Frozen);
    public static readonly DocumentKind<ServerEnd> ServerEnd = new("server-end", DocumentJson.Default.ServerEnd);
    public static readonly DocumentKind<Adoption> Adoption = new("adoption", DocumentJson.Default.Adoption);
    public static readonly DocumentKind<Quota> Quota = new("quota", DocumentJson.Default.Quota);
    public static readonly DocumentKind<ServerTags> Tags = new("server-tags", DocumentJson.Default.ServerTags);
    public static readonly DocumentKind<SharedKeyspace> SharedKeyspace =
        new("shared-keyspace", DocumentJson.Default.SharedKeyspace);
    public static readonly DocumentKind<Joining> Joining = new("joining", DocumentJson.Default.Joining);
    public static readonly DocumentKind<Distrust> Distrust = new("distrust", DocumentJson.Default.Distrust);
    public static readonly DocumentKind<AllowedNetworks> Networks =
        new("networks", DocumentJson.Default.AllowedNetworks);
    public static readonly DocumentKind<PolicyEdit> PolicyEdit = new("policy-edit", DocumentJson.Default.PolicyEdit);
    public static readonly DocumentKind<AskedRun> AskedRun = new("asked-run", DocumentJson.Default.AskedRun);
    public static readonly DocumentKind<Template> Template = new("policy-template", DocumentJson.Default.Template);
}

/// <summary>Documents as JSON. Enumerations are numbers, as they are wherever something is kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(AccountIdConverter), typeof(MachineIdConverter), typeof(SourceIdConverter),
        typeof(Id128Converter), typeof(KeyspaceIdConverter)])]
[JsonSerializable(typeof(SecuritySettings))]
[JsonSerializable(typeof(MadePin))]
[JsonSerializable(typeof(PinAttempts))]
[JsonSerializable(typeof(ApprovalRequest))]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(ApiToken))]
[JsonSerializable(typeof(Protection))]
[JsonSerializable(typeof(Frozen))]
[JsonSerializable(typeof(ServerEnd))]
[JsonSerializable(typeof(Adoption))]
[JsonSerializable(typeof(Quota))]
[JsonSerializable(typeof(ServerTags))]
[JsonSerializable(typeof(SharedKeyspace))]
[JsonSerializable(typeof(Joining))]
[JsonSerializable(typeof(Distrust))]
[JsonSerializable(typeof(AllowedNetworks))]
[JsonSerializable(typeof(PolicyEdit))]
[JsonSerializable(typeof(AskedRun))]
[JsonSerializable(typeof(Template))]
internal sealed partial class DocumentJson : JsonSerializerContext;
