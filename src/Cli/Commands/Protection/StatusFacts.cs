using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain.Policies;

namespace Coffer.Cli.Commands.Protection;

/// <summary>What a status is made of.</summary>
/// <param name="Running">Who runs a job now; null: none.</param>
/// <param name="Jobs">The newest first.</param>
/// <param name="LocalPoints">In no order.</param>
internal sealed record StatusFacts(
    MachineRegistration Machine, ProtectionPolicy? Policy, IReadOnlyList<PointDescription> Points,
    VaultStatus Vault, string? Running, IReadOnlyList<JobReport> Jobs,
    IReadOnlyList<LocalPoint> LocalPoints)
{
    public JobReport? LastBackup => Last(JobOperation.Backup);

    public JobReport? LastVerify => Last(JobOperation.Verify);

    /// <summary>The newest verification that failed, unless one that looked as deep has ended well since.</summary>
    public JobReport? FailedVerify
    {
        get
        {
            bool isShallowWell = false;
            foreach (var job in Jobs.Where(job => job.Operation == JobOperation.Verify))
            {
                if (job.State == JobState.Failed && (IsDeep(job) || !isShallowWell)) return job;
                if (job.State != JobState.Completed) continue;
                if (IsDeep(job)) return null;
                isShallowWell = true;
            }

            return null;
        }
    }

    public bool IsNothingProtected => Policy is not { Items.Count: > 0 };

    /// <summary>What the policy selects, as it stands in the vault.</summary>
    public IReadOnlyList<ProtectedLine> Lines { get; init; } = [];

    /// <summary>Nobody waits for another point.</summary>
    public bool IsAllStopped => Lines.Count > 0 && Lines.All(line => line.Stopped is not null);

    /// <summary>A verification that opened contents.</summary>
    public static bool IsDeep(JobReport job) => job.Facts.Any(fact => fact is { Name: "chunks", Value: > 0 });

    private JobReport? Last(JobOperation operation) => Jobs.FirstOrDefault(job => job.Operation == operation);
}
