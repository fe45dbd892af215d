using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Agent.Hooks;

/// <summary>
/// The hooks around one backup job. The one after it runs whenever the job came as far as the one before it, whatever
/// became of either, so that what was stopped is started again; a cancelled job does not cut it short.
/// </summary>
internal sealed class JobHooks(
    AgentHome home, MachineHooks hooks, JobWriter job, IProgress<SourceProgress>? progress, TimeProvider time)
{
    private bool _isBegun;

    public bool HasBefore => hooks.Before is not null;

    /// <param name="sources">Labels of the data sources.</param>
    /// <returns>Why the backup must not go on; null where it may.</returns>
    public async Task<Fault?> BeforeAsync(IEnumerable<string> sources, CancellationToken cancellationToken)
    {
        _isBegun = !cancellationToken.IsCancellationRequested;
        if (hooks.Before is not { } hook || !_isBegun) return null;
        var problem = await RunAsync(hook, HookMoment.Before, Variables(sources), cancellationToken);
        if (problem is not null) Note(problem);
        return hook.Rule == HookRule.Fail ? problem : null;
    }

    /// <param name="state">What the job came to.</param>
    public async Task AfterAsync(IEnumerable<string> sources, JobState state)
    {
        if (hooks.After is not { } hook || !_isBegun) return;
        var variables = Variables(sources);
        variables["COFFER_STATE"] = WordOf(state);
        if (await RunAsync(hook, HookMoment.After, variables, CancellationToken.None) is { } problem) Note(problem);
    }

    private async Task<Fault?> RunAsync(
        Hook hook, HookMoment moment, Dictionary<string, string> variables, CancellationToken cancellationToken)
    {
        var phase = moment == HookMoment.Before ? BackupPhase.HookBefore : BackupPhase.HookAfter;
        progress?.Report(new SourceProgress(job.Report.SourceLabel, BackupProgress.At(phase)));
        // It may take its time, and the vault should see the job alive.
        await using var reports = job.KeepRefreshing(static () => { });
        // Since it was set, somebody may have opened it to others.
        return HookRun.ProblemOf(hook, home)
            ?? await HookRun.RunAsync(hook, moment, variables, time, cancellationToken);
    }

    private void Note(Fault problem) =>
        job.Add(new JobFinding(problem.Code, job.Report.SourceLabel, $"{problem.Message} {problem.Guidance}".Trim()));

    private Dictionary<string, string> Variables(IEnumerable<string> sources) => new()
    {
        ["COFFER_JOB"] = job.Report.Id.ToString(),
        ["COFFER_OPERATION"] = "backup",
        ["COFFER_SOURCES"] = string.Join('\n', sources),
    };

    private static string WordOf(JobState state) => state switch
    {
        JobState.Completed => "completed",
        JobState.CompletedWithWarnings => "completed-with-warnings",
        JobState.Cancelled => "cancelled",
        _ => "failed",
    };
}
