using Coffer.Agent.Jobs;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Cli.Compose;

/// <summary>
/// Work on recovery points as a job of this machine. Where the machine is not registered, or the vault takes no writes,
/// it is nobody's job, and done all the same.
/// </summary>
internal static class PointJob
{
    /// <param name="work">Ends the job it is given, unless it throws.</param>
    public static async Task<Outcome> RunAsync(
        Invocation invocation, OpenedVault opened, JobOperation operation, string label,
        Func<JobWriter?, Task<Outcome>> work)
    {
        if (opened.Machine is not { } machine || opened.Vault.Description.IsReadOnly) return await work(null);
        var job = new JobWriter(opened.Vault, machine.Id, operation, label, invocation.Time);
        if (!await TryBeginAsync(job, invocation.Cancellation)) return await work(null);
        try
        {
            return await work(job);
        }
        catch (OperationCanceledException)
        {
            await job.EndAsync(JobState.Cancelled);
            throw;
        }
        catch (Exception e)
        {
            job.Add(operation == JobOperation.Restore
                ? new JobFinding("restore.failed", "restore", Faults.Of(e).Message)
                : new JobFinding("verify.failed", "verify", Faults.Of(e).Message));
            await job.EndAsync(JobState.Failed);
            throw;
        }
    }

    // A vault that is full can be read all the same, and that is when somebody may have to.
    private static async Task<bool> TryBeginAsync(JobWriter job, CancellationToken cancellationToken)
    {
        try
        {
            await job.BeginAsync(cancellationToken);
            return true;
        }
        catch (FaultException e) when (e.Fault.Code is "vault.full" or "store.full" or "store.quota")
        {
            return false;
        }
    }
}
