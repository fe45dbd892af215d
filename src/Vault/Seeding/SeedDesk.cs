using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Seeding;

/// <summary>
/// Imports seeds beside the backups, one folder at a time, and tells how far it has come. It ends with the vault, which
/// waits for it; what it was at is then taken up by the next import.
/// </summary>
internal sealed class SeedDesk(ServedVault vault) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private SeedProgress? _newest;
    private Task _work = Task.CompletedTask;

    public SeedOverview Overview
    {
        get
        {
            lock (_lock) return new SeedOverview(_newest?.Status);
        }
    }

    /// <summary>
    /// Begins an import, which goes on after whoever asked has gone; asked again meanwhile, tells of the same.
    /// </summary>
    /// <exception cref="FaultException"><c>seed.busy</c>, <c>seed.none</c>, <c>seed.folder</c>,
    /// <c>seed.unreadable</c>.</exception>
    public SeedStatus Start(Caller caller, string path)
    {
        lock (_lock)
        {
            var folder = SeedFolder.Open(path);
            if (!_work.IsCompleted)
            {
                var running = _newest!.Status;
                return running.Folder == folder.Path ? running : throw SeedFaults.Busy(running.Folder);
            }
            _stop.Token.ThrowIfCancellationRequested();
            var opened = vault.Engine.Opened;
            opened.Audit.Append(caller.Name, UseCases.ImportSeeds.Name, folder.Path, AuditOutcome.Done);
            var progress = new SeedProgress(folder.Path, opened.Options.Time);
            _newest = progress;
            // It must begin, whatever is cancelled: else nobody would note that it has ended.
            _work = Task.Run(() => RunAsync(caller, folder, progress), CancellationToken.None);
            return progress.Status;
        }
    }

    /// <summary>When the import that runs has ended.</summary>
    internal Task WaitAsync() => _work;

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task RunAsync(Caller caller, SeedFolder folder, SeedProgress progress)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            _stop.Token, vault.Engine.Opened.Options.Stopping);
        var state = SeedState.Failed;
        try
        {
            await new SeedImport(vault, folder, progress).RunAsync(either.Token);
            var status = progress.Status;
            state = status.FindingsTotal == 0 ? SeedState.Completed
                : status.PointsDone > 0 ? SeedState.CompletedWithWarnings : SeedState.Failed;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            state = SeedState.Stopped;
        }
        catch (FaultException e)
        {
            progress.Find(e.Fault);
        }
        catch (Exception e)
        {
            // The top of a worker: nobody else would ever tell of it, and the vault goes on.
            progress.Find(new Fault("seed.failed", FaultKind.Failed, e.Message, "Import again."));
        }
        finally
        {
            Note(caller, folder, progress.Status, state);
            progress.End(state);
        }
    }

    private void Note(Caller caller, SeedFolder folder, SeedStatus status, SeedState state)
    {
        try
        {
            bool isDone = state is SeedState.Completed or SeedState.CompletedWithWarnings;
            vault.Engine.Opened.Audit.Append(
                caller.Name, UseCases.ImportSeeds.Name, folder.Path,
                isDone ? AuditOutcome.Done : AuditOutcome.Failed,
                ("state", $"{state}"), ("points", $"{status.PointsDone}"), ("packs", $"{status.PacksDone}"));
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            // The disk is full or gone: that it began stands in the log, and each point has a record.
        }
    }
}
