using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Security;
using Coffer.Vault.Upkeep;

namespace Coffer.Vault.Care;

/// <summary>
/// Checks, scrubs and collects at once when somebody asks, beside the backups. One of them at a time, and none beside
/// a slice of the vault's own upkeep: that ends early for it, and meanwhile upkeep only lets points expire. It ends
/// with the vault, which waits for it.
/// </summary>
internal sealed class CareDesk(EmbeddedVault vault) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly List<CareWatch> _runs = [];
    private CancellationTokenSource? _stop;
    private Task _work = Task.CompletedTask;
    private volatile bool _isAwaited;

    public CareOverview Overview
    {
        get
        {
            lock (_lock) return new CareOverview([.. _runs.Select(run => run.Status).Reverse()]);
        }
    }

    /// <exception cref="FaultException"><c>care.unknown</c>.</exception>
    public CareStatus Show(Id128 run)
    {
        lock (_lock) return Require(run).Status;
    }

    /// <summary>Begins one, which goes on after whoever asked has gone.</summary>
    /// <exception cref="FaultException"><c>care.busy</c>.</exception>
    public CareStatus Start(Caller caller, CareKind kind)
    {
        lock (_lock)
        {
            if (!_work.IsCompleted) throw Busy(_runs[^1].Status);
            _closing.Token.ThrowIfCancellationRequested();
            var opened = vault.Opened;
            opened.Audit.Append(caller.Name, UseCaseOf(kind).Name, "", AuditOutcome.Done);
            var watch = new CareWatch(kind, caller.Name, opened.Options.Time, null);
            if (_runs.Count == Limits.CareRuns) _runs.RemoveAt(0);
            _runs.Add(watch);
            _stop?.Dispose();
            _stop = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, opened.Options.Stopping);
            var stop = _stop.Token;
            // It must begin, whatever is cancelled: else nobody would note that it has ended.
            _work = Task.Run(() => RunAsync(watch, caller, kind, stop), CancellationToken.None);
            return watch.Status;
        }
    }

    /// <summary>Ends one soon; one that has ended stays as it is.</summary>
    /// <exception cref="FaultException"><c>care.unknown</c>.</exception>
    public CareStatus Stop(Caller caller, Id128 run)
    {
        CareWatch watch;
        lock (_lock)
        {
            watch = Require(run);
            bool isAtWork = watch == _runs[^1] && watch.Status.State == CareState.Running;
            if (isAtWork && !_stop!.IsCancellationRequested)
            {
                vault.Opened.Audit.Append(caller.Name, UseCases.StopCare.Name, $"{watch.Status.Kind}",
                    AuditOutcome.Done);
                _stop.Cancel();
            }
        }
        return watch.Status;
    }

    /// <summary>What the vault does by itself, in its turn.</summary>
    public UpkeepReport Upkeep(UpkeepRules rules, Func<bool> mayGoOn)
    {
        if (!_turn.Wait(TimeSpan.Zero, CancellationToken.None)) return vault.Upkeep(rules, static () => false);
        try
        {
            return vault.Upkeep(rules, () => mayGoOn() && !_isAwaited);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>When the run that is at work has ended.</summary>
    internal Task WaitAsync()
    {
        lock (_lock) return _work;
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await WaitAsync(); // none begins any more
        _stop?.Dispose();
        _closing.Dispose();
        _turn.Dispose();
    }

    // At once, not by and by: what runs is to stop at its next step.
    private void Close()
    {
        if (!_closing.IsCancellationRequested) _closing.Cancel();
    }

    private async Task RunAsync(CareWatch watch, Caller caller, CareKind kind, CancellationToken stop)
    {
        try
        {
            watch.Wait();
            _isAwaited = true;
            await _turn.WaitAsync(stop);
            _isAwaited = false;
            try
            {
                await Task.Factory.StartNew(
                    () => new CareRun(vault, watch, () => !stop.IsCancellationRequested).Run(kind),
                    CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            watch.End(CareState.Stopped); // while it waited
        }
        catch (Exception e)
        {
            // The top of a worker: nobody else would ever tell of it, and the vault goes on.
            watch.Fail(new Fault("care.failed", FaultKind.Failed, e.Message, "Try again; what was done is kept."));
            watch.End(CareState.Failed);
        }
        finally
        {
            _isAwaited = false;
            Note(caller, watch.Status);
        }
    }

    private void Note(Caller caller, CareStatus status)
    {
        try
        {
            bool isDone = status.State is CareState.Completed or CareState.CompletedWithWarnings;
            vault.Opened.Audit.Append(caller.Name, UseCaseOf(status.Kind).Name, "",
                isDone ? AuditOutcome.Done : AuditOutcome.Failed,
                ("state", $"{status.State}"), ("findings", $"{status.FindingsTotal}"));
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            // The disk is full or gone: that it began stands in the log.
        }
    }

    private CareWatch Require(Id128 run) => _runs.Find(known => known.Id == run)
        ?? throw FaultException.Refused("care.unknown", "The service knows no such run.",
            "It forgets them when it is started anew, and keeps the last few only.");

    private static UseCase UseCaseOf(CareKind kind) => kind switch
    {
        CareKind.Check => UseCases.Check,
        CareKind.Scrub => UseCases.Scrub,
        _ => UseCases.Collect,
    };

    private static FaultException Busy(CareStatus running) => FaultException.Refused(
        "care.busy",
        $"The vault is at it: a {running.Kind.ToString().ToLowerInvariant()} runs since"
        + $" {running.StartedAt:yyyy-MM-dd HH:mm} UTC, begun by {running.By}.",
        "Wait for its end, which `coffer-vault status` shows; or stop it with --stop.");
}
