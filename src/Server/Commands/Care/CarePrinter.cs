using Coffer.Contracts.Management;
using Coffer.Server.Commands.Shell;

namespace Coffer.Server.Commands.Care;

/// <summary>Shows a check, a scrub or a collection, as <c>coffer vault …</c> does.</summary>
internal sealed class CarePrinter(Report report, TimeProvider time)
{
    private const int Shown = 20;

    private readonly TimeSpan _pause = TimeSpan.FromSeconds(report.IsJson ? 2 : 10);
    private long _told = time.GetTimestamp();

    /// <summary>As often as somebody can read it.</summary>
    public void Progress(CareProgress progress)
    {
        if (time.GetElapsedTime(_told) < _pause) return;
        _told = time.GetTimestamp();
        report.Event("progress", progress, ManagementJson.Default.CareProgress);
        report.Note(Of(progress));
    }

    /// <returns>The exit code.</returns>
    public int End(CareStatus status)
    {
        Print(status);
        return status.State switch
        {
            CareState.Completed => report.Done(status.Figures, ManagementJson.Default.CareFigures),
            CareState.CompletedWithWarnings =>
                report.DoneWithWarnings(status.Figures, ManagementJson.Default.CareFigures),
            CareState.Stopped => report.Cancelled(status.Figures, ManagementJson.Default.CareFigures),
            _ => report.Failed(status.Figures, ManagementJson.Default.CareFigures),
        };
    }

    /// <summary>What was found and what came of it, without the result's line in JSON.</summary>
    public void Print(CareStatus status)
    {
        foreach (var finding in status.Findings.Take(report.IsJson ? int.MaxValue : Shown))
        {
            report.Event("warning", finding, ManagementJson.Default.CareFinding);
            report.Note($"warning: {finding.Message}");
            if (finding.Guidance.Length > 0) report.Note($"  {finding.Guidance}");
        }
        long more = status.FindingsTotal - Math.Min(
            status.Findings.Count, report.IsJson ? int.MaxValue : Shown);
        if (more > 0) report.Note($"warning: and {Words.Count(more, "more finding")}");
        if (status.State is CareState.Completed or CareState.CompletedWithWarnings) PrintFigures(status);
        if (status.State == CareState.Stopped) report.Note("Stopped; what was done is kept.");
    }

    /// <summary>For people.</summary>
    public static string Of(CareProgress progress) => progress switch
    {
        { TotalPacks: { } packs } => $"{progress.Doing}: {progress.Packs:N0} of {Words.Count(packs, "pack")},"
            + $" {Words.Size(progress.Bytes ?? 0)} of {Words.Size(progress.TotalBytes ?? 0)}",
        { TotalPoints: { } points } => $"{progress.Doing}: {progress.Points:N0} of {Words.Count(points, "point")},"
            + $" {Words.Count(progress.Pages ?? 0, "page")}",
        { Steps: { } steps } => $"{progress.Doing}: {Words.Count(steps, "step")}",
        _ => progress.Doing,
    };

    private void PrintFigures(CareStatus status)
    {
        var figures = status.Figures;
        if (status.Kind == CareKind.Collect)
        {
            long freed = (figures.RemovedBytes ?? 0) - (figures.CopiedBytes ?? 0);
            report.Line($"Of {Words.Count(figures.Ids ?? 0, "piece")}, {figures.Alive ?? 0:N0} are needed or came in"
                + $" lately; {figures.Condemned ?? 0:N0} were marked to go.");
            report.Line($"Removed {Words.Count(figures.RemovedPacks ?? 0, "pack")}: {Words.Size(freed)} freed."
                + " What is marked goes a day later at the earliest.");
            return;
        }
        report.Line(status.Kind == CareKind.Scrub
            ? $"Read {Words.Count(figures.Packs ?? 0, "pack")}, {Words.Size(figures.Bytes ?? 0)}."
            : $"Checked {Words.Count(figures.Points ?? 0, "point")}: {Words.Count(figures.Pages ?? 0, "page")}.");
        report.Line(Verdict(status.Kind, figures));
    }

    private static string Verdict(CareKind kind, CareFigures figures) => (kind, figures) switch
    {
        (_, { HurtPoints: > 0 and var hurt }) => $"{Words.Count(hurt, "point")} of {figures.Points:N0} cannot be"
            + " restored whole. `coffer backup` on its server sends again what is still there.",
        (CareKind.Scrub, { DamagedPacks: > 0 }) => "All damage was mended, and every point has all that it needs.",
        (CareKind.Scrub, _) => "Every byte is what was written, and every point has all that it needs.",
        (_, { Points: 0 or null }) => "There is no recovery point yet.",
        _ => "All that the points need is there. `coffer-vault scrub` reads it and compares every byte.",
    };
}
