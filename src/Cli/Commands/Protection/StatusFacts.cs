using Coffer.Agent.Homes;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain.Policies;

namespace Coffer.Cli.Commands.Protection;

/// <summary>What a status is made of.</summary>
/// <param name="Running">Who runs a job now; null: none.</param>
/// <param name="Jobs">The newest first.</param>
internal sealed record StatusFacts(
    MachineRegistration Machine, ProtectionPolicy? Policy, IReadOnlyList<PointDescription> Points,
    VaultStatus Vault, string? Running, IReadOnlyList<JobReport> Jobs)
{
    public JobReport? LastBackup => Jobs.FirstOrDefault(job => job.Operation == JobOperation.Backup);
}
