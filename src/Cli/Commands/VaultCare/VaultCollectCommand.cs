using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Vault;
using Coffer.Vault.Care;
using Coffer.Vault.Collecting;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary><c>coffer vault collect</c>: frees what no recovery point needs any more.</summary>
internal sealed class VaultCollectCommand() : KeylessCommand(
    "collect", "Free what no recovery point needs any more; goes on where it was stopped",
    "coffer vault collect", "coffer vault collect --json")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        await using var vault = await Vaults.OpenForWritingAsync(
            invocation, Vaults.FolderOf(invocation), "coffer vault collect");
        // What no point needs any more, is known when those whose time has come are gone.
        var (expired, purged) = vault.RunDue();
        if (expired + purged > 0)
            invocation.Printer.Line(
                $"{Words.Count(expired, "point")} expired; gone for good: {Words.Count(purged, "point")}.");
        var reports = Run(invocation, vault);
        foreach (var report in reports)
            if (report.Stopped is { } why) TellStopped(invocation.Printer, why, report.StoppedBy);
        Print(invocation.Printer, reports);
        bool isDone = reports.All(report => report.IsDone);
        var code = !isDone ? ExitCode.Cancelled
            : reports.Any(report => report.Stopped is not null) ? ExitCode.CompletedWithWarnings
            : ExitCode.Completed;
        return new Outcome(code, json =>
        {
            json.WriteNumber("expired"u8, expired);
            json.WriteNumber("purged"u8, purged);
            json.WriteNumber("ids"u8, reports.Sum(report => report.Ids));
            json.WriteNumber("alive"u8, reports.Sum(report => report.Alive));
            json.WriteNumber("condemned"u8, reports.Sum(report => report.Condemned));
            json.WriteNumber("removedPacks"u8, reports.Sum(report => report.RemovedPacks));
            json.WriteNumber("removedBytes"u8, reports.Sum(report => report.RemovedBytes));
            json.WriteNumber("copiedBytes"u8, reports.Sum(report => report.CopiedBytes));
        });
    }

    private static IReadOnlyList<CollectionReport> Run(Invocation invocation, EmbeddedVault vault)
    {
        using var progress = new VaultProgress(invocation.Printer, invocation.Time);
        return vault.Collect(new CollectionRules(), () =>
        {
            progress.Step();
            return !invocation.Cancellation.IsCancellationRequested;
        });
    }

    private static void TellStopped(Printer printer, string why, IReadOnlyList<ObjectId> points)
    {
        printer.Warning("collect.stopped", CareWords.Stopped(why, points), json =>
        {
            json.WriteStartArray("points"u8);
            foreach (var point in points) json.WriteStringValue(point.ToString());
            json.WriteEndArray();
        });
    }

    private static void Print(Printer printer, IReadOnlyList<CollectionReport> reports)
    {
        printer.Line($"Of {Words.Count(reports.Sum(report => report.Ids), "piece")},"
            + $" {Words.Count(reports.Sum(report => report.Alive))} are needed or came in lately;"
            + $" {Words.Count(reports.Sum(report => report.Condemned))} were marked to go.");
        long freed = reports.Sum(report => report.RemovedBytes) - reports.Sum(report => report.CopiedBytes);
        printer.Line($"Removed {Words.Count(reports.Sum(report => report.RemovedPacks), "pack")}:"
            + $" {Words.Size(freed)} freed. What is marked goes a day later at the earliest.");
    }
}
