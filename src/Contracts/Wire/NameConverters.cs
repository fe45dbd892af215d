using System.Text.Json.Serialization;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Protection;

namespace Coffer.Contracts.Wire;

/// <summary>One of an enumeration by its name: a number could be none of them.</summary>
internal abstract class NameConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;

internal sealed class FaultKindConverter : NameConverter<FaultKind>;

internal sealed class PointStateConverter : NameConverter<PointState>;

internal sealed class JobStateConverter : NameConverter<JobState>;

internal sealed class JobOperationConverter : NameConverter<JobOperation>;

internal sealed class StopWayConverter : NameConverter<StopWay>;

internal sealed class ProtectionStateConverter : NameConverter<ProtectionState>;
