using Coffer.Agent.Policies;

namespace Coffer.Cli.Compose;

/// <summary>What a person wants of one backup beyond the policy.</summary>
/// <param name="RetainUntil">Null: as the policy has it.</param>
internal sealed record BackupChoice(SourceChoice Sources, DateTimeOffset? RetainUntil)
{
    public static BackupChoice None { get; } = new(SourceChoice.All, null);
}
