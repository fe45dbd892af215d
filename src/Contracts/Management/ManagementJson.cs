using System.Text.Json.Serialization;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Domain.Security.Weakening;

namespace Coffer.Contracts.Management;

/// <summary>All messages of the management API as JSON, by the same rules as <see cref="WireJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(KeyspaceIdConverter), typeof(VaultIdConverter), typeof(MachineIdConverter), typeof(SourceIdConverter),
        typeof(SessionIdConverter), typeof(JobIdConverter), typeof(Id128Converter), typeof(ObjectIdConverter),
        typeof(AccountIdConverter),
        typeof(NameConverter<FaultKind>), typeof(NameConverter<PointState>), typeof(NameConverter<JobState>),
        typeof(NameConverter<JobOperation>), typeof(NameConverter<StopWay>), typeof(NameConverter<ProtectionState>),
        typeof(NameConverter<ServerState>), typeof(NameConverter<SeedState>), typeof(NameConverter<Role>),
        typeof(NameConverter<Permission>), typeof(NameConverter<CriticalOperation>),
        typeof(NameConverter<ApprovalState>), typeof(NameConverter<AuditOutcome>), typeof(NameConverter<AuditDefect>),
        typeof(NameConverter<SoftDeleteMode>), typeof(NameConverter<Immutability>),
        typeof(NameConverter<SecurityLevel>), typeof(NameConverter<LevelStep>), typeof(NameConverter<CareKind>),
        typeof(NameConverter<CareState>), typeof(NameConverter<PolicyPart>), typeof(NameConverter<WeaknessKind>),
        typeof(NameConverter<PolicyEditState>), typeof(NameConverter<BackupAskState>),
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
[JsonSerializable(typeof(TagsRequest))]
[JsonSerializable(typeof(PolicyItemView))]
[JsonSerializable(typeof(Page<AdoptionItem>))]
[JsonSerializable(typeof(AdoptionDecision))]
[JsonSerializable(typeof(JoinItem))]
[JsonSerializable(typeof(Page<JoinItem>))]
[JsonSerializable(typeof(DistrustRequest))]
[JsonSerializable(typeof(BackupItem))]
[JsonSerializable(typeof(Page<BackupItem>))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(ExtendRequest))]
[JsonSerializable(typeof(ExtendAnswer))]
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
[JsonSerializable(typeof(PolicyEditRequest))]
[JsonSerializable(typeof(PolicyEditPreview))]
[JsonSerializable(typeof(PolicyEditItem))]
[JsonSerializable(typeof(Page<PolicyEditItem>))]
[JsonSerializable(typeof(PolicyTemplate))]
[JsonSerializable(typeof(Page<PolicyTemplate>))]
[JsonSerializable(typeof(PolicyTemplateRequest))]
[JsonSerializable(typeof(BackupAsk))]
[JsonSerializable(typeof(BackupAskItem))]
[JsonSerializable(typeof(Page<BackupAskItem>))]
public sealed partial class ManagementJson : JsonSerializerContext;
