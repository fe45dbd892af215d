using Coffer.Agent.Jobs.Live;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;

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
        var end = await JobFollowing.ShowAsync(invocation, job);
        invocation.Printer.Line(Words(end));
        return new Outcome(ExitCode.Completed, json =>
        {
            if (end is { } state) json.WriteString("state"u8, JobWords.Of(state));
        });
    }

    /// <param name="end">Null where it was killed, or ended by an error that is told where it ran.</param>
    private static string Words(JobState? end) => end switch
    {
        JobState.Cancelled => "It is over: the next backup goes on from what it transferred.",
        JobState.Completed or JobState.CompletedWithWarnings =>
            "It was too late to cancel it: it is complete, and its points count. `coffer job show` tells more.",
        JobState.Failed => "It has failed, and was not cancelled: `coffer job show` tells why.",
        _ => "It is over: `coffer job show` tells how it ended.",
    };
}

internal static class JobFollowing
{
    /// <returns>How the job ended; null where it could not tell.</returns>
    public static async Task<JobState?> ShowAsync(Invocation invocation, JobFollower job)
    {
        var printer = invocation.Printer;
        string told = "";
        JobState? end = null;
        await foreach (var news in job.ReadAsync(invocation.Cancellation))
        {
            end = news.End;
            if (end is not null) continue;
            printer.Event("progress", json =>
            {
                foreach (var field in news.Fields.EnumerateObject()) field.WriteTo(json);
            });
            if (printer.DrawsProgress) printer.Progress(news.Text);
            else if (news.Text != told) printer.Note(told = news.Text);
            printer.Flush();
        }
        printer.Progress("");
        return end;
    }
}
