using Coffer.Agent.Backups;
using Coffer.Agent.Caching.Places;
using Coffer.Agent.Homes;
using Coffer.Agent.Hooks;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Policies;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Protection;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Jobs;

/// <summary>Backs up one data source; <c>BackupRun.RunAsync</c>, or a double.</summary>
public delegate Task<BackupResult> BackupSourceAsync(
    BackupRequest request, IProgress<BackupProgress> progress, CancellationToken cancellationToken);

/// <summary>What a backup job has to work with; the caller holds the home's job lock.</summary>
public sealed record BackupJobRequest
{
    public required AgentHome Home { get; init; }

    public required MachineRegistration Machine { get; init; }

    public required ProtectionPolicy Policy { get; init; }

    public required IVault Vault { get; init; }

    public required KeyspaceKeys Keys { get; init; }

    public required MountTable Mounts { get; init; }

    public required TimeProvider Time { get; init; }

    /// <inheritdoc cref="BackupRequest.RetainUntil"/>
    public DateTimeOffset? RetainUntil { get; init; }

    public SourceChoice Sources { get; init; } = SourceChoice.All;

    /// <summary>Null for a backup into the machine's own vault.</summary>
    public SeedTarget? Seed { get; init; }

    /// <summary>What snapshots a volume has, in place of the system's own; null of it: none.</summary>
    public Func<Mount, ISnapshotProvider?>? SnapshotsOf { get; init; }

    /// <summary>How full a volume is; null: it cannot be told.</summary>
    public Func<Mount, VolumeSpace?> SpaceOf { get; init; } = VolumeSpace.Of;
}

/// <summary>
/// A backup into a seed, which another vault is to take: the same sources under the same ids, and nothing of what the
/// home remembers of the machine's own vault is asked or changed.
/// </summary>
/// <param name="Folder">Of the seed; left out of it.</param>
/// <param name="Sequences">The highest numbers that the vault has had, by source; a seed's are higher.</param>
public sealed record SeedTarget(string Folder, IReadOnlyDictionary<SourceId, long> Sequences)
{
    /// <summary>What that vault would take no points of.</summary>
    public StoppedSources Stopped { get; init; } = StoppedSources.None;
}

/// <param name="Result">Null where the source failed.</param>
/// <param name="Problem">Why it failed.</param>
public sealed record SourceOutcome(KnownSource Source, BackupResult? Result, Fault? Problem)
{
    /// <summary>Its protection was stopped after the run had begun.</summary>
    public bool IsStopped => Problem is { } problem && StoppedFaults.Include(problem);
}

/// <param name="WithoutEffect">
/// Exclusions that matched nothing: told, but no reason to call a backup other than completed.
/// </param>
public sealed record BackupJobResult(
    JobReport Report, IReadOnlyList<SourceOutcome> Sources, PointStatistics Total,
    IReadOnlyList<ExclusionPattern> WithoutEffect)
{
    /// <summary>Why no source was begun; null where that was not so.</summary>
    public Fault? Problem { get; init; }

    /// <summary>Data sources that the run went on without; none of <see cref="Sources"/>.</summary>
    public IReadOnlyList<StoppedSource> LeftOut { get; init; } = [];

    /// <summary>What became of the cache folder, where a person should know.</summary>
    public IReadOnlyList<Fault> CacheRemarks { get; init; } = [];
}

/// <summary>
/// One job over the data sources of a policy, one after the other. A source that fails does not stop the others. The
/// job is Completed when every source has a point and nothing was found wanting; Completed with warnings when every
/// source has a point; else Failed, with the reasons as findings. The machine's hooks run around all of it. Sources
/// whose protection is stopped are left out before anything is done for them (<see cref="StoppedSources"/>); one that
/// is stopped only then is refused by the vault, and left out as well.
/// </summary>
public sealed class BackupJob(BackupJobRequest request, BackupSourceAsync backUp)
{
    /// <summary>How long a vault may take to hear that there is no backup; a person waits for the reason.</summary>
    private static readonly TimeSpan s_tellingLimit = TimeSpan.FromSeconds(15);

    private readonly List<SourceOutcome> _outcomes = [];
    private IReadOnlyList<StoppedSource> _leftOut = [];

    /// <exception cref="FaultException">There is no run: among others <c>protection.stopped</c>,
    /// <c>protection.deleted</c>.</exception>
    public async Task<BackupJobResult> RunAsync(
        IProgress<SourceProgress>? progress, CancellationToken cancellationToken)
    {
        var job = Writer("");
        try
        {
            return await RunAsync(job, progress, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // While the vault was asked whether and what: whoever waits for that would wait for as long as it is away.
            return new BackupJobResult(await job.CancelUntoldAsync(), _outcomes, Sum(), []);
        }
    }

    private async Task<BackupJobResult> RunAsync(
        JobWriter job, IProgress<SourceProgress>? progress, CancellationToken cancellationToken)
    {
        var cache = await OpenCacheAsync(cancellationToken);
        var programs = HooksOf(request);
        var mounts = request.Mounts;
        var planned = Plan(mounts);
        // What the hook before the backup mounts or takes away is judged after it.
        if (programs.Before is null) planned = planned.Only(request.Sources);
        var labels = planned.LabelsOf(request.Sources);
        job.Relabel(string.Join(", ", labels));
        var stopped = await AskStoppedAsync(job, cancellationToken);
        planned = programs.Before is null ? LeaveOut(planned, stopped)
            : planned.Without(_leftOut = stopped.Among(planned, request.Sources));
        labels = planned.LabelsOf(request.Sources);
        job.Relabel(string.Join(", ", labels));
        // Beside the first source's beginning: over a long line each answer takes its time.
        var begun = job.BeginAsync(cancellationToken);
        if (begun.IsCompleted) await begun;

        var filter = BackupSelection.Filter(request.Policy, planned.OwnFolders);
        var hooks = new JobHooks(request.Home, programs, job, progress, request.Time);
        var state = JobState.Failed;
        Fault? problem;
        bool isWhole;
        try
        {
            problem = await hooks.BeforeAsync(labels, cancellationToken);
            if (hooks.HasBefore && problem is null && !cancellationToken.IsCancellationRequested)
            {
                planned = LeaveOut(Plan(mounts = MountTable.Read()).Only(request.Sources), stopped);
                labels = planned.LabelsOf(request.Sources);
                job.Relabel(string.Join(", ", labels));
            }
            var (now, ownFolders) = (request with { Mounts = mounts }, planned.OwnFolders);
            if (problem is null)
                await BackUpAsync(planned.Plan, source => new SourceStep(now, job, filter, ownFolders, Sum())
                    .RunAsync(source, backUp, progress, cancellationToken), job, begun, cancellationToken);
            await begun;
            planned = LeaveOutRefused(planned, job);
            isWhole = IsWhole(planned.Plan);
            JobFacts.Tell(job, Sum(), _leftOut.Count);
            state = StateOf(job, isWhole, cancellationToken);
        }
        catch (FaultException e)
        {
            await EndFailedAsync(job, begun, e.Fault);
            throw;
        }
        finally
        {
            await hooks.AfterAsync(labels, state);
        }

        var report = await job.EndAsync(StateOf(job, isWhole, cancellationToken));
        // A pattern may be for what this run has not walked.
        bool isAll = isWhole && request.Sources.IsAll && _leftOut.Count == 0;
        return new BackupJobResult(report, _outcomes, Sum(), isAll ? WithoutEffect(filter, planned.PlanFilter) : [])
        {
            Problem = problem,
            LeftOut = _leftOut,
            CacheRemarks = [.. new[] { cache.Remark }.OfType<Fault>(), .. RemoveLeftCaches(report.State)],
        };
    }

    // Else the vault would show it as one that runs for ever. One that could not even begin has failed already.
    private static async Task EndFailedAsync(JobWriter job, Task begun, Fault problem)
    {
        try
        {
            await begun;
        }
        catch (FaultException)
        {
            return;
        }
        job.Add(new JobFinding(
            problem.Code, job.Report.SourceLabel, $"{problem.Message} {problem.Guidance}".Trim()));
        // Stopped is as somebody wants it, and a hook had to run before it was known: nobody is to be alarmed.
        await job.EndAsync(StoppedFaults.Include(problem) ? JobState.Cancelled : JobState.Failed);
    }

    private async Task<StoppedSources> AskStoppedAsync(JobWriter job, CancellationToken cancellationToken)
    {
        if (request.Seed is { } seed) return seed.Stopped;
        try
        {
            return StoppedSources.Of(await request.Vault.ListBackupItemsAsync(request.Machine.Id, cancellationToken));
        }
        catch (FaultException e)
        {
            await job.FailUntoldAsync(e.Fault);
            throw;
        }
    }

    private PlannedPolicy LeaveOut(PlannedPolicy planned, StoppedSources stopped) =>
        planned.Without(_leftOut = stopped.LeftOutOf(planned, request.Sources));

    // Where nothing else was to be backed up, the job has failed by it.
    private PlannedPolicy LeaveOutRefused(PlannedPolicy planned, JobWriter job)
    {
        var refused = _outcomes.FindAll(outcome => outcome.IsStopped);
        if (refused.Count == 0) return planned;
        if (!request.Sources.IsAll || refused.Count == planned.Plan.Sources.Count)
        {
            foreach (var outcome in refused) job.Add(SourceStep.FindingOf(outcome));
            return planned;
        }
        _outcomes.RemoveAll(outcome => outcome.IsStopped);
        StoppedSource[] left = [.. refused.Select(outcome => new StoppedSource(
            outcome.Source.Id, outcome.Source.Label, outcome.Source.Label, StoppedFaults.StateOf(outcome.Problem!)))];
        _leftOut = [.. _leftOut, .. left];
        planned = planned.Without(left);
        job.Relabel(string.Join(", ", planned.LabelsOf(request.Sources)));
        return planned;
    }

    // A seed is a copy by hand beside the machine's own backups: what those need around them it does not.
    private static MachineHooks HooksOf(BackupJobRequest request) =>
        request.Seed is null ? request.Home.ReadSettings().Hooks : MachineHooks.None;

    private async Task BackUpAsync(
        SourcePlan plan, Func<PlannedSource, Task<SourceOutcome>> step, JobWriter job, Task begun,
        CancellationToken cancellationToken)
    {
        request.Home.WriteSources(plan.Known);
        foreach (var source in plan.Sources)
        {
            if (cancellationToken.IsCancellationRequested) break;
            if (_outcomes.Count > 0) await job.RefreshAsync(CancellationToken.None);
            _outcomes.Add(await step(source));
            await begun;
        }
    }

    private bool IsWhole(SourcePlan plan) => plan.Sources.Count > 0 && _outcomes.Count == plan.Sources.Count
        && _outcomes.TrueForAll(o => o.Result is { IsCancelled: false });

    private PlannedPolicy Plan(MountTable mounts) => PlannedPolicy.Of(
        request.Home, request.Machine.Place.Folder, request.Policy, mounts, request.Seed?.Folder);

    private JobWriter Writer(string label) => new(
        request.Vault, request.Machine.Id, JobOperation.Backup, label, request.Time,
        request.Seed is null ? new ReportQueue(request.Home, request.Time) : null);

    private JobState StateOf(JobWriter job, bool isWhole, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && !isWhole ? JobState.Cancelled
        : !isWhole ? JobState.Failed
        : job.HasFindings ? JobState.CompletedWithWarnings
        : JobState.Completed;

    private List<ExclusionPattern> WithoutEffect(ExclusionFilter walked, ExclusionFilter planned)
    {
        var inPlan = BackupSelection.WithoutEffect(request.Policy, planned).ToHashSet();
        return [.. BackupSelection.WithoutEffect(request.Policy, walked).Where(inPlan.Contains)];
    }

    /// <summary>A cache that cannot be used fails the job, also for those who watch the vault.</summary>
    private async Task<OpenedCache> OpenCacheAsync(CancellationToken cancellationToken)
    {
        try
        {
            return CacheOpening.Open(request.Home, request.Mounts);
        }
        catch (FaultException e) when (request.Seed is null)
        {
            string label = string.Join(", ", request.Home.ReadSources().Select(source => source.Label));
            var job = Writer(label);
            using var limit = new CancellationTokenSource(s_tellingLimit, request.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await TellFailureAsync(job, e.Fault, either.Token);
            throw;
        }
    }

    private static async Task TellFailureAsync(JobWriter job, Fault problem, CancellationToken cancellationToken)
    {
        try
        {
            await job.BeginAsync(cancellationToken);
            job.Add(new JobFinding(problem.Code, "cache", $"{problem.Message} {problem.Guidance}".Trim()));
            await job.EndAsync(JobState.Failed);
        }
        catch (Exception e) when (e is FaultException or OperationCanceledException)
        {
            // A vault that is away as well: the cache's own fault is what can be cured here.
        }
    }

    private IReadOnlyList<Fault> RemoveLeftCaches(JobState state) =>
        request.Seed is null && state is (JobState.Completed or JobState.CompletedWithWarnings)
            ? CacheLeftovers.Remove(request.Home, request.Mounts)
            : [];

    private PointStatistics Sum() => _outcomes.Select(outcome => outcome.Result?.Statistics)
        .OfType<PointStatistics>().Aggregate(PointStatistics.None, JobFacts.Sum);
}
