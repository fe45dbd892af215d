using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Seeds;

/// <summary>
/// <c>coffer-vault seed import DIR</c>: has the running service import it, and tells how it goes. The service does it,
/// so that who stops watching stops nothing.
/// </summary>
internal sealed class SeedImportCommand : ConsoleCommand
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_told = TimeSpan.FromSeconds(10);

    private readonly Argument<string> _folder = new("DIR")
    {
        Description = "Where the seed lies now, on the vault's machine",
    };

    public SeedImportCommand()
        : base("import", "Take first backups from a disk that `coffer seed export` wrote; again, takes what is missing",
            "coffer-vault seed import /media/disk/seed --data /srv/vault") => Add(_folder);

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var begun = await vault.SendAsync(
            HttpMethod.Post, "/seeds", new SeedRequest(Path.GetFullPath(parsed.GetValue(_folder)!)),
            ManagementJson.Default.SeedRequest, ManagementJson.Default.SeedStatus);
        try
        {
            return End(vault.Report, await FollowAsync(vault, begun, TimeOf(parsed)));
        }
        catch (OperationCanceledException) when (vault.Cancellation.IsCancellationRequested)
        {
            vault.Report.Note("The import goes on in the service; `coffer-vault seed status` tells how.");
            throw;
        }
    }

    // Until it has ended, or the service has forgotten it: then it was started anew.
    private static async Task<SeedStatus> FollowAsync(VaultConsole vault, SeedStatus status, TimeProvider time)
    {
        long told = time.GetTimestamp();
        while (status.State == SeedState.Running)
        {
            await Task.Delay(s_look, time, vault.Cancellation);
            status = await SeedCommands.ReadAsync(vault) ?? status with { State = SeedState.Stopped };
            if (status.State != SeedState.Running || time.GetElapsedTime(told) < s_told) continue;
            told = time.GetTimestamp();
            vault.Report.Note(SeedCommands.Progress(status));
            vault.Report.Event("progress", status, ManagementJson.Default.SeedStatus);
        }
        return status;
    }

    private static int End(Report report, SeedStatus status)
    {
        SeedCommands.Print(report, status);
        return status.State switch
        {
            SeedState.Completed => report.Done(status, ManagementJson.Default.SeedStatus),
            SeedState.CompletedWithWarnings => report.DoneWithWarnings(status, ManagementJson.Default.SeedStatus),
            _ => report.Failed(status, ManagementJson.Default.SeedStatus),
        };
    }
}
