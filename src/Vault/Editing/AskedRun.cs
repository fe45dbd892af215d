using Coffer.Domain;

namespace Coffer.Vault.Editing;

/// <summary>The newest backup that somebody asked a machine for.</summary>
/// <param name="Sources">Empty: all.</param>
internal sealed record AskedRun(
    Id128 Id, MachineId Machine, SourceId[] Sources, DateTimeOffset? RetainUntil, string By, DateTimeOffset AskedAt)
{
    /// <summary>When the machine said that it begins; null: it has not.</summary>
    public DateTimeOffset? TakenAt { get; init; }
}

/// <summary>Schedule and retention under a name.</summary>
/// <param name="Members">Of a policy's JSON.</param>
internal sealed record Template(string Name, byte[] Members);
