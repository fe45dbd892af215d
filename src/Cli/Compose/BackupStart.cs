using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Shell;
using Coffer.Contracts;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Protection;
using Coffer.FileSystem.Mounts;
using Coffer.Format.Points;
using Coffer.Vault;
using Coffer.Vault.Upkeep;

namespace Coffer.Cli.Compose;

/// <param name="Upkeep">Null where it was not done.</param>
/// <param name="RetainUntil">As it was asked for; null: as the policy has it.</param>
internal sealed record BackupEnd(BackupJobResult Job, UpkeepReport? Upkeep, DateTimeOffset? RetainUntil = null);

/// <summary>Runs a backup of what the policy selects, shows it, and has the vault looked after.</summary>
internal static class BackupStart
{
    /// <param name="choice">Null: of everything, kept as the policy has it.</param>
    public static async Task<BackupEnd> RunAsync(
        Invocation invocation, MachineRegistration machine, BackupChoice? choice = null)
    {
        choice ??= BackupChoice.None;
        var policy = invocation.Home.ReadPolicy();
        if (policy is not { Items.Count: > 0 })
            throw FaultException.Usage("policy.empty", "The policy selects nothing to back up.",
                "Add something with `coffer protect FOLDER`.");
        using var running = await invocation.Home.LockJobAsync(
            AgentHome.BackupPurpose, invocation.Time, invocation.Cancellation);
        using var show = BackupShow.Open(invocation, machine);
        var started = invocation.Time.GetUtcNow();
        try
        {
            return await RunAsync(invocation, machine, policy, choice, show);
        }
        catch (OperationCanceledException) when (show.Cancellation.IsCancellationRequested)
        {
            // Before there was a job: while the vault was waited for.
            var report = new JobReport(
                JobId.New(), machine.Id, JobOperation.Backup, JobState.Cancelled, LabelOf(invocation), started,
                invocation.Time.GetUtcNow(), [], [], 0);
            await new ReportQueue(invocation.Home, invocation.Time).AddAsync(report);
            show.TellEnd(report.State);
            return new BackupEnd(new BackupJobResult(report, [], new PointStatistics(), []), null, choice.RetainUntil);
        }
    }

    private static async Task<BackupEnd> RunAsync(
        Invocation invocation, MachineRegistration machine, ProtectionPolicy policy, BackupChoice choice,
        BackupShow show)
    {
        var queue = new ReportQueue(invocation.Home, invocation.Time);
        await using var opened = await OpenAsync(invocation.Within(show.Cancellation), machine, queue, show.Line);
        await queue.SendAsync(opened.Vault, show.Cancellation); // what ended while the vault was away
        long begun = invocation.Time.GetTimestamp();
        var request = new BackupJobRequest
        {
            Home = invocation.Home,
            Machine = machine,
            Policy = policy,
            Vault = opened.Vault,
            Keys = opened.Keys,
            Mounts = MountTable.Read(),
            Time = invocation.Time,
            RetainUntil = choice.RetainUntil,
            Sources = choice.Sources,
        };
        try
        {
            var result = await RunJobAsync(show, request);
            BackupSummary.Print(invocation.Printer, result, choice.RetainUntil);
            return new BackupEnd(result, LookAfter(invocation, opened.Vault, begun), choice.RetainUntil);
        }
        catch (FaultException e) when (StoppedFaults.Include(e.Fault))
        {
            _ = LookAfter(invocation, opened.Vault, begun); // what is stopped may have points that expire
            throw;
        }
    }

    private static UpkeepReport? LookAfter(Invocation invocation, IVault opened, long begun) =>
        opened is EmbeddedVault vault && !invocation.Cancellation.IsCancellationRequested
            ? BackupUpkeep.Run(invocation, vault, begun)
            : null;

    private static string LabelOf(Invocation invocation) =>
        string.Join(", ", invocation.Home.ReadSources().Select(source => source.Label));

    // A vault that is away hears later that there was to be a run.
    private static async Task<OpenedVault> OpenAsync(
        Invocation invocation, MachineRegistration machine, ReportQueue queue, LineWatch line)
    {
        var begun = invocation.Time.GetUtcNow();
        try
        {
            return await OpenedVault.ForBackupAsync(invocation, machine, line);
        }
        catch (FaultException e)
        {
            string label = LabelOf(invocation);
            var finding = new JobFinding(e.Fault.Code, label, $"{e.Fault.Message} {e.Fault.Guidance}".Trim());
            await queue.AddAsync(new JobReport(
                JobId.New(), machine.Id, JobOperation.Backup, JobState.Failed, label, begun,
                invocation.Time.GetUtcNow(), [], [finding], 1));
            throw;
        }
    }

    // It is over for who watches before the vault is looked after.
    private static async Task<BackupJobResult> RunJobAsync(BackupShow show, BackupJobRequest request)
    {
        using (show)
        {
            var result = await new BackupJob(request, BackupRun.RunAsync).RunAsync(show.Progress, show.Cancellation);
            show.TellEnd(result.Report.State);
            return result;
        }
    }
}
