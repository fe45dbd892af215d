using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Agent.Jobs;

/// <summary>
/// Keeps a job's report in the vault up to date. Reporting is best effort while a job runs: a report that cannot be
/// stored must not stop a backup. How it ended waits in the queue where the vault cannot be told.
/// </summary>
public sealed class JobWriter
{
    /// <summary>Of a job's findings those are kept that fit a person's patience; the rest is counted.</summary>
    private const int MaxFindings = 1000;

    /// <summary>How old a running job's report may be: what another process shows is seldom staler.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly IVault _vault;
    private readonly ReportQueue? _queue;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new(); // what is found is noted beside the reports that are sent meanwhile
    private readonly List<JobFinding> _findings = [];
    private readonly List<JobFact> _facts = [];
    private long _findingsTotal;
    private Task _begun = Task.CompletedTask;

    /// <param name="queue">Null: what the vault cannot be told now, it is never told.</param>
    public JobWriter(
        IVault vault, MachineId machine, JobOperation operation, string sourceLabel, TimeProvider time,
        ReportQueue? queue = null)
    {
        (_vault, _time, _queue) = (vault, time, queue);
        Report = new JobReport(JobId.New(), machine, operation, JobState.InProgress, sourceLabel,
            time.GetUtcNow(), null, [], [], 0);
    }

    /// <summary>As it stands.</summary>
    public JobReport Report { get; private set; }

    public bool HasFindings => _findingsTotal > 0;

    /// <summary>Stores it for the first time. What is stored later waits for this by itself.</summary>
    /// <remarks>Where that fails, the job has failed, and there is no other end of it.</remarks>
    public Task BeginAsync(CancellationToken cancellationToken) => _begun = StoreFirstAsync(cancellationToken);

    /// <summary>It could not begin: told when the vault can be told.</summary>
    public Task FailUntoldAsync(Fault fault) => _queue?.AddAsync(Failed(fault)) ?? Task.CompletedTask;

    /// <summary>It was cancelled before the vault had heard of it, or before it answered.</summary>
    public async Task<JobReport> CancelUntoldAsync()
    {
        Report = Report with { State = JobState.Cancelled, EndedAt = _time.GetUtcNow() };
        if (_queue is not null) await _queue.AddAsync(Report);
        return Report;
    }

    /// <summary>What it is about turned out otherwise; told with what is stored next.</summary>
    public void Relabel(string sourceLabel) => Report = Report with { SourceLabel = sourceLabel };

    /// <summary>Sets figures, in the order in which they were first set.</summary>
    public void SetFact(string name, long value)
    {
        lock (_lock)
        {
            int at = _facts.FindIndex(fact => fact.Name == name);
            if (at < 0) _facts.Add(new JobFact(name, value));
            else _facts[at] = new JobFact(name, value);
        }
    }

    public void Add(JobFinding finding) => Add([finding], 1);

    /// <param name="total">How many there were, where more than those given.</param>
    public void Add(IReadOnlyList<JobFinding> findings, long total)
    {
        lock (_lock)
        {
            _findingsTotal += total;
            _findings.AddRange(findings.Take(MaxFindings - _findings.Count));
        }
    }

    /// <summary>Stores the job as it stands.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _begun;
            await StoreAsync(cancellationToken);
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            // The next one may go through; a vault that is gone ends the work itself.
        }
    }

    /// <summary>
    /// Stores the job every few seconds until what it returns is disposed of; meanwhile nothing but
    /// <see cref="Add(JobFinding)"/> may be called.
    /// </summary>
    /// <param name="tell">Called before each: sets figures.</param>
    public IAsyncDisposable KeepRefreshing(Action tell) => new Refresher(this, tell);

    /// <summary>Stores the end of the job, whether it was cancelled or not.</summary>
    public async Task<JobReport> EndAsync(JobState state)
    {
        Report = Report with { State = state, EndedAt = _time.GetUtcNow() };
        try
        {
            await _begun;
            await StoreAsync(CancellationToken.None);
        }
        catch (FaultException e)
        {
            // The work is done or has failed already; that its report is missing is one more thing to tell.
            Add(new JobFinding(e.Fault.Code, "job", $"The job's report could not be stored: {e.Fault.Message}"));
            Report = Report with { Findings = [.. _findings], FindingsTotal = _findingsTotal };
            if (_queue is not null) await _queue.AddAsync(Report);
        }

        return Report;
    }

    private async Task StoreFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(cancellationToken);
        }
        catch (FaultException e)
        {
            if (_queue is not null) await _queue.AddAsync(Failed(e.Fault));
            throw;
        }
    }

    // Beside whoever goes on with the work meanwhile, so it leaves alone what is his.
    private JobReport Failed(Fault fault) => Report with
    {
        State = JobState.Failed,
        EndedAt = _time.GetUtcNow(),
        Findings = [new JobFinding(fault.Code, Report.SourceLabel, $"{fault.Message} {fault.Guidance}".Trim())],
        FindingsTotal = 1,
    };

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        JobReport report;
        lock (_lock)
        {
            report = Report = Report with
            {
                Facts = [.. _facts],
                Findings = [.. _findings],
                FindingsTotal = _findingsTotal,
            };
        }
        await _vault.ReportJobAsync(report, cancellationToken);
    }

    // Ends by a timer that is gone, not by a cancellation: an exception would cost more than all its reports. Only a
    // report that is just on its way is called back: to a vault that is gone it would be for as long as patience lasts.
    private sealed class Refresher : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly PeriodicTimer _timer;
        private readonly Task _work;

        public Refresher(JobWriter job, Action tell)
        {
            _timer = new PeriodicTimer(s_interval, job._time);
            _work = RunAsync(job, tell);
        }

        public async ValueTask DisposeAsync()
        {
            _timer.Dispose();
            if (!_work.IsCompleted) await _stop.CancelAsync();
            await _work;
            _stop.Dispose();
        }

        private async Task RunAsync(JobWriter job, Action tell)
        {
            while (await _timer.WaitForNextTickAsync(CancellationToken.None))
            {
                tell();
                try
                {
                    await job.RefreshAsync(_stop.Token);
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }
    }
}
