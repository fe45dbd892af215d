using System.Text.Json.Serialization;
using Coffer.Domain;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Weakening;

namespace Coffer.Contracts.Management;

/// <summary>Edits a machine's policy; the machine decides whether it takes it.</summary>
/// <param name="Json">
/// Members of the policy's JSON that are to change, each with its whole new value: <c>schedule</c>, <c>retention</c>,
/// <c>items</c>, <c>exclusions</c>, <c>skipsCacheFolders</c>, <c>snapshots</c>.
/// </param>
/// <param name="BasedOn">The version that was seen; null: whatever is in force.</param>
public sealed record PolicyEditRequest([property: JsonPropertyName("policy")] string Json, long? BasedOn = null);

/// <summary>What an edit would change.</summary>
/// <param name="Version">Of the policy in force.</param>
/// <param name="Json">The policy as it would be.</param>
/// <param name="Weakens">Empty: it takes no PIN.</param>
/// <param name="PinFor">What a PIN for it is to name; null: it takes none.</param>
/// <param name="Object">Likewise.</param>
public sealed record PolicyEditPreview(
    MachineId Server, string ServerName, long Version, [property: JsonPropertyName("policy")] string Json,
    IReadOnlyList<PolicyPart> Parts, string ScheduleNow, string ScheduleThen, string RetentionNow,
    string RetentionThen, IReadOnlyList<WeaknessView> Weakens, CriticalOperation? PinFor, string Object,
    IReadOnlyList<PointsPreview> Items);

/// <param name="Subject">A path or pattern; empty where there is none.</param>
public sealed record WeaknessView(WeaknessKind Kind, string Subject);

/// <summary>What an edit does to the points of one backup item.</summary>
/// <param name="Points">Good ones that there are.</param>
/// <param name="GoAtOnce">Of these, as soon as it is in force; through soft delete.</param>
/// <param name="GoSooner">Later, and sooner than now.</param>
/// <param name="StayLonger">Longer than now.</param>
public sealed record PointsPreview(
    SourceId Id, string Label, int Points, int GoAtOnce, int GoSooner, int StayLonger);

public enum PolicyEditState
{
    /// <summary>The machine has not answered yet.</summary>
    Pending = 1,
    Accepted = 2,

    /// <summary>The machine does not take it, and says why.</summary>
    Declined = 3,

    /// <summary>Somebody took it back.</summary>
    Cancelled = 4,

    /// <summary>Nobody fetched it for 30 days.</summary>
    Expired = 5,
}

/// <summary>The newest edit of a machine's policy.</summary>
/// <param name="Code">Why it was declined; null: it was not.</param>
public sealed record PolicyEditItem(
    Id128 Id, MachineId Server, string ServerName, long BasedOn, IReadOnlyList<PolicyPart> Parts, string By,
    DateTimeOffset MadeAt, PolicyEditState State, DateTimeOffset? AnsweredAt, string? Code, string? Message);

/// <summary>Schedule and retention under a name, to be given to machines.</summary>
/// <param name="Json">Members of a policy's JSON: <c>schedule</c>, <c>retention</c>, or both.</param>
public sealed record PolicyTemplate(string Name, [property: JsonPropertyName("policy")] string Json);

/// <param name="Json">As of <see cref="PolicyTemplate"/>.</param>
public sealed record PolicyTemplateRequest([property: JsonPropertyName("policy")] string Json);

/// <summary>Asks a machine for a backup at once, by its own policy.</summary>
/// <param name="Items">Null: all.</param>
/// <param name="RetainUntil">Null: as the policy has it.</param>
public sealed record BackupAsk(IReadOnlyList<SourceId>? Items = null, DateTimeOffset? RetainUntil = null);

public enum BackupAskState
{
    Pending = 1,

    /// <summary>The machine has begun; its jobs tell how it goes.</summary>
    Taken = 2,

    /// <summary>The machine did not come for it within a day.</summary>
    Expired = 3,
}

/// <summary>The newest request of a machine.</summary>
public sealed record BackupAskItem(
    Id128 Id, MachineId Server, string ServerName, IReadOnlyList<SourceId> Items, DateTimeOffset? RetainUntil,
    string By, DateTimeOffset AskedAt, BackupAskState State, DateTimeOffset? TakenAt);
