using System.Text.Json.Serialization;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Audit;

namespace Coffer.Contracts.Management;

/// <summary>All messages of the management API as JSON, by the same rules as <see cref="WireJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(KeyspaceIdConverter), typeof(VaultIdConverter), typeof(MachineIdConverter), typeof(SourceIdConverter),
        typeof(SessionIdConverter), typeof(JobIdConverter), typeof(Id128Converter), typeof(ObjectIdConverter),
        typeof(AccountIdConverter),
    ])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(VaultOverview))]
[JsonSerializable(typeof(VaultOverview[]))]
[JsonSerializable(typeof(SecurityOverview))]
[JsonSerializable(typeof(SettingsChangeRequest))]
[JsonSerializable(typeof(PinRequest))]
[JsonSerializable(typeof(PinAnswer))]
[JsonSerializable(typeof(TimeConfirmed))]
[JsonSerializable(typeof(CredentialsFile))]
[JsonSerializable(typeof(ProtectedServer))]
[JsonSerializable(typeof(Page<ProtectedServer>))]
[JsonSerializable(typeof(UnregisterRequest))]
[JsonSerializable(typeof(QuotaRequest))]
[JsonSerializable(typeof(PolicyItemView))]
[JsonSerializable(typeof(Page<AdoptionItem>))]
[JsonSerializable(typeof(AdoptionDecision))]
[JsonSerializable(typeof(BackupItem))]
[JsonSerializable(typeof(Page<BackupItem>))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(UndeleteAnswer))]
[JsonSerializable(typeof(Page<RecoveryPoint>))]
[JsonSerializable(typeof(Page<JobReport>))]
[JsonSerializable(typeof(Page<AccountItem>))]
[JsonSerializable(typeof(AccountItem))]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(InvitationAnswer))]
[JsonSerializable(typeof(RolesRequest))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(EnrolConfirmation))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(SignInAnswer))]
[JsonSerializable(typeof(TokenScopeRequest))]
[JsonSerializable(typeof(TokenMade))]
[JsonSerializable(typeof(Page<TokenItem>))]
[JsonSerializable(typeof(ApprovalItem))]
[JsonSerializable(typeof(Page<ApprovalItem>))]
[JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(AuditVerdict))]
[JsonSerializable(typeof(AdoptionItem))]
[JsonSerializable(typeof(RecoveryPoint))]
[JsonSerializable(typeof(TokenItem))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(SeedRequest))]
[JsonSerializable(typeof(SeedStatus))]
[JsonSerializable(typeof(SeedOverview))]
[JsonSerializable(typeof(SeedFinding))]
[JsonSerializable(typeof(NetworksView))]
[JsonSerializable(typeof(NetworksRequest))]
[JsonSerializable(typeof(CertificateStatus))]
[JsonSerializable(typeof(CertificateAnnouncement))]
[JsonSerializable(typeof(CareOverview))]
[JsonSerializable(typeof(CareStatus))]
[JsonSerializable(typeof(CareFigures))]
[JsonSerializable(typeof(CareFinding))]
[JsonSerializable(typeof(CareProgress))]
public sealed partial class ManagementJson : JsonSerializerContext;
