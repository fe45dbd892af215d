using System.Text.Json.Serialization;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Domain.Protection;

namespace Coffer.Contracts.Wire;

/// <summary>
/// All messages of the data API as JSON: names in camel case, ids as hexadecimal text, bytes as base64, enumerations by
/// name and never by number. Unknown members are passed over; a member that is missing or given twice makes a message
/// unreadable.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(KeyspaceIdConverter), typeof(VaultIdConverter), typeof(MachineIdConverter), typeof(SourceIdConverter),
        typeof(SessionIdConverter), typeof(JobIdConverter), typeof(Id128Converter), typeof(ObjectIdConverter),
        typeof(NameConverter<FaultKind>), typeof(NameConverter<PointState>), typeof(NameConverter<JobState>),
        typeof(NameConverter<JobOperation>), typeof(NameConverter<StopWay>), typeof(NameConverter<ProtectionState>),
    ])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(VaultGreeting))]
[JsonSerializable(typeof(VaultGreeting[]))]
[JsonSerializable(typeof(ServiceRegistration))]
[JsonSerializable(typeof(ServiceAdoption))]
[JsonSerializable(typeof(ServiceJoin))]
[JsonSerializable(typeof(BackupItem[]))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(ExtendRequest))]
[JsonSerializable(typeof(ExtendAnswer))]
[JsonSerializable(typeof(UndeleteAnswer))]
[JsonSerializable(typeof(ServerSearch))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ServerDescription))]
[JsonSerializable(typeof(ServerDescription[]))]
[JsonSerializable(typeof(StoredPolicy))]
[JsonSerializable(typeof(byte[][]))]
[JsonSerializable(typeof(byte[]))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(OpenedSession))]
[JsonSerializable(typeof(CommitFacts))]
[JsonSerializable(typeof(CommitHead))]
[JsonSerializable(typeof(PointDescription[]))]
[JsonSerializable(typeof(KeyspaceId))]
[JsonSerializable(typeof(OpenedReader))]
[JsonSerializable(typeof(DamageNotice))]
[JsonSerializable(typeof(JobReport))]
[JsonSerializable(typeof(JobReport[]))]
[JsonSerializable(typeof(VaultStatus))]
[JsonSerializable(typeof(CredentialsFile))]
[JsonSerializable(typeof(LockQuestion))]
[JsonSerializable(typeof(PassphraseLock))]
[JsonSerializable(typeof(GrantRequest))]
[JsonSerializable(typeof(GrantAnswer))]
[JsonSerializable(typeof(MachineRequests))]
[JsonSerializable(typeof(EditAnswer))]
public sealed partial class WireJson : JsonSerializerContext;
