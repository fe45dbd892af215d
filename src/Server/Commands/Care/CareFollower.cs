using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Care;

/// <summary>Begins a run at the service and shows it to its end; stopped here, it is stopped there.</summary>
internal sealed class CareFollower(VaultConsole vault, CarePrinter printer, TimeProvider time)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(300);

    /// <summary>How long the service may take to stop: a pack is read to its end.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public async Task<CareStatus> RunAsync(CareKind kind)
    {
        // Not to be cut off: who has not heard which run it is could not stop it.
        var status = await vault.Until(CancellationToken.None).PostAsync(
            $"/care/{kind.ToString().ToLowerInvariant()}", ManagementJson.Default.CareStatus);
        try
        {
            return await FollowAsync(vault, status);
        }
        catch (OperationCanceledException) when (vault.Cancellation.IsCancellationRequested)
        {
            return await StopAsync(status);
        }
    }

    private async Task<CareStatus> FollowAsync(VaultConsole asked, CareStatus status)
    {
        while (status.State == CareState.Running)
        {
            await Task.Delay(s_look, time, asked.Cancellation);
            status = await asked.GetAsync($"/care/{status.Id}", ManagementJson.Default.CareStatus);
            if (status.State == CareState.Running) printer.Progress(status.Progress);
        }
        return status;
    }

    private async Task<CareStatus> StopAsync(CareStatus status)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        var asked = vault.Until(patience.Token);
        try
        {
            await asked.SendAsync(HttpMethod.Delete, $"/care/{status.Id}");
            return await FollowAsync(asked, status);
        }
        catch (Exception e) when (e is FaultException || patience.IsCancellationRequested)
        {
            vault.Report.Note("The service was asked to stop it, and has not said that it did.");
            return status with { State = CareState.Stopped };
        }
    }
}
