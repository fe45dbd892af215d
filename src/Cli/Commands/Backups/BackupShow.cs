using Coffer.Agent.Homes;
using Coffer.Agent.Jobs.Live;
using Coffer.Cli.Shell;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Jobs;

namespace Coffer.Cli.Commands.Backups;

/// <summary>
/// What is shown of a backup from before the vault is asked the first thing until the job is over, here and to who
/// watches it from elsewhere. The caller holds the job's lock.
/// </summary>
internal sealed class BackupShow : IDisposable
{
    private readonly CancellationTokenSource _cancellation;
    private readonly JobSocket _watchers;

    private BackupShow(Invocation invocation, MachineRegistration machine)
    {
        // Cancelled by who watches, the job ends and the agent that runs it goes on.
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(invocation.Cancellation);
        Cancellation = _cancellation.Token;
        _watchers = JobSocket.Open(invocation.Home, _cancellation.Cancel, invocation.Time);
        Line = new LineWatch(invocation.Time);
        Progress = new BackupProgressPrinter(invocation.Printer, invocation.Time, _watchers,
            new LineWords(Line, machine.Place.Service is null ? null : invocation.Throttle));
    }

    public LineWatch Line { get; }

    public BackupProgressPrinter Progress { get; }

    /// <summary>Of the job.</summary>
    public CancellationToken Cancellation { get; }

    public static BackupShow Open(Invocation invocation, MachineRegistration machine) => new(invocation, machine);

    /// <summary>To who watches, before the vault is looked after.</summary>
    public void TellEnd(JobState state) => _watchers.TellEnd(state);

    public void Dispose()
    {
        Progress.Dispose();
        _watchers.Dispose();
        _cancellation.Dispose();
    }
}
