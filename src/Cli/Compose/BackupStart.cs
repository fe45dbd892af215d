using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Compose;

/// <summary>Runs a backup of everything that the policy selects, and shows it.</summary>
internal static class BackupStart
{
    public static async Task<BackupJobResult> RunAsync(Invocation invocation, MachineRegistration machine)
    {
        var policy = invocation.Home.ReadPolicy();
        if (policy is not { Items.Count: > 0 })
            throw FaultException.Usage("policy.empty", "The policy selects nothing to back up.",
                "Add something with `coffer protect FOLDER`.");
        using var running = await invocation.Home.LockJobAsync("backup", invocation.Time, invocation.Cancellation);
        await using var opened = await OpenedVault.ForWritingAsync(invocation, machine, "coffer backup");
        using var progress = new BackupProgressPrinter(invocation.Printer, invocation.Time);
        var job = new BackupJob(
            new BackupJobRequest
            {
                Home = invocation.Home,
                Machine = machine,
                Policy = policy,
                Vault = opened.Vault,
                Keys = opened.Keys,
                Mounts = MountTable.Read(),
                Time = invocation.Time,
            },
            BackupRun.RunAsync);
        return await job.RunAsync(progress, invocation.Cancellation);
    }
}
