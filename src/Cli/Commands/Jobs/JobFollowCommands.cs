using Coffer.Agent.Jobs.Live;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Jobs;

/// <summary><c>coffer job watch</c>: the backup that runs, whoever started it, as it goes.</summary>
internal sealed class JobWatchCommand() : CofferCommand(
    "watch", "Show how far the running backup is, until it ends", "coffer job watch", "coffer job watch --json")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var job = await JobFollower.WatchAsync(invocation.Home, invocation.Cancellation);
        await JobFollowing.ShowAsync(invocation, job);
        invocation.Printer.Line("It is over: `coffer job show` tells how it ended.");
        return new Outcome(ExitCode.Completed);
    }
}

/// <summary><c>coffer job cancel</c>: ends the backup that runs; what it sent is kept for the next.</summary>
internal sealed class JobCancelCommand() : CofferCommand(
    "cancel", "End the running backup; the next one goes on from what it transferred", "coffer job cancel")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var job = await JobFollower.CancelAsync(invocation.Home, invocation.Cancellation);
        invocation.Printer.Note(BackupProgressPrinter.CancelNote);
        await JobFollowing.ShowAsync(invocation, job);
        invocation.Printer.Line("It is over: the next backup goes on from what it transferred.");
        return new Outcome(ExitCode.Completed);
    }
}

internal static class JobFollowing
{
    public static async Task ShowAsync(Invocation invocation, JobFollower job)
    {
        var printer = invocation.Printer;
        string told = "";
        await foreach (var news in job.ReadAsync(invocation.Cancellation))
        {
            printer.Event("progress", json =>
            {
                foreach (var field in news.Fields.EnumerateObject()) field.WriteTo(json);
            });
            if (printer.DrawsProgress) printer.Progress(news.Text);
            else if (news.Text != told) printer.Note(told = news.Text);
            printer.Flush();
        }
        printer.Progress("");
    }
}
