using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Cli.Commands.Agents;
using Coffer.Cli.Commands.Jobs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Protection;

/// <summary>What a machine knows by itself of how it stands: for a status whose vault does not answer.</summary>
/// <param name="Queued">Reports that wait for the vault, the oldest first.</param>
/// <param name="LastPointAt">When a point was acknowledged last, or the vault showed what it has; null: never.</param>
/// <param name="LocalPoints">In no order.</param>
internal sealed record LocalStatus(
    MachineRegistration Machine, ProtectionPolicy? Policy, IReadOnlyList<JobReport> Queued,
    DateTimeOffset? LastPointAt, string? Running, string? Agent, string NextRun,
    IReadOnlyList<LocalPoint> LocalPoints)
{
    /// <summary>Written when a vault acknowledges a point, so its time is that of the last one.</summary>
    private const string PointsFile = "points.json";

    public static LocalStatus Read(
        Invocation invocation, MachineRegistration machine, IReadOnlyList<LocalPoint> local)
    {
        var home = invocation.Home;
        var points = home.List().FirstOrDefault(static file => file.Path == PointsFile);
        return new LocalStatus(
            machine, home.ReadPolicy(), home.ReadQueuedReports(),
            points is null ? null : DateTimeOffset.FromUnixTimeSeconds(points.Metadata.Modified.Seconds),
            home.RunningJob(), home.RunningAgent(), StatusCommand.NextRun(invocation, invocation.Time.GetUtcNow()),
            local);
    }

    /// <summary>Since when runs have not reached the vault: of those that wait to be told, in one row.</summary>
    private DateTimeOffset? MissedSince =>
        Queued.FirstOrDefault(static job => job.State == JobState.Failed)?.StartedAt;

    private JobReport? LastBackup => Queued.LastOrDefault(static job => job.Operation == JobOperation.Backup);

    public void Print(Invocation invocation)
    {
        var printer = invocation.Printer;
        var now = invocation.Time.GetUtcNow();
        printer.Line($"Server     {Machine.Name} ({Machine.Id})");
        foreach (var item in Policy?.Items ?? []) printer.Line($"Selected   {PathText.Render(item.Path)}");
        if (Policy is not { Items.Count: > 0 }) printer.Line("Selected   nothing");
        if (Running is not null) printer.Line($"Running    {Running}");
        if (LastBackup is { } last) StatusCommand.PrintJob(printer, "Last run ", last, now);
        printer.Line($"Next run   {NextRun}");
        if (Agent is not null) printer.Line($"Service    runs ({Agent})");
        if (Queued.Count > 0)
            printer.Line($"Unsent     {Words.Count(Queued.Count, "report")} of runs, the oldest of"
                + $" {Words.Time(Queued[0].StartedAt)}: the vault hears of them when it is back");
        StatusCommand.PrintLocal(printer, LocalPoints);
        printer.Line($"Vault      {Machine.Place}: did not answer{Since(now)}");
        printer.Flush();
    }

    /// <summary>Told after all else: a terminal ends with it.</summary>
    public Outcome Conclude(Invocation invocation, Fault fault)
    {
        invocation.Printer.Warning(
            fault.Code, $"{fault.Message} What stands here is what this machine knows by itself. {fault.Guidance}");
        return new Outcome(ExitCode.CompletedWithWarnings, json => Write(json, invocation.Home, fault,
            invocation.Time.GetUtcNow()));
    }

    private string Since(DateTimeOffset now)
    {
        string missed = MissedSince is { } since ? $"; runs fail to reach it since {Words.Time(since)}" : "";
        return LastPointAt is { } last
            ? $"; backed up to it last {Words.Time(last)} ({Words.Ago(last, now)}){missed}"
            : $"; no backup to it is complete yet{missed}";
    }

    private void Write(Utf8JsonWriter json, AgentHome home, Fault fault, DateTimeOffset now)
    {
        json.WriteBoolean("isRegistered"u8, true);
        json.WriteBoolean("isVaultAnswering"u8, false);
        Faults.Write(json, fault);
        json.WriteString("machine"u8, Machine.Id.ToString());
        json.WriteString("name"u8, Machine.Name);
        json.WriteString("vault"u8, Machine.Place.ToString());
        json.WriteStartArray("paths"u8);
        foreach (var item in Policy?.Items ?? []) json.WriteStringValue(PathText.Render(item.Path));
        json.WriteEndArray();
        json.WriteNumber("localPoints"u8, LocalPoints.Count);
        json.WriteBoolean("isRunning"u8, Running is not null);
        json.WriteBoolean("isAgentRunning"u8, Agent is not null);
        var next = Agent is null ? null : AgentCommand.NextRun(home, now);
        json.WriteString("nextRun"u8, next is { } run ? Words.Iso(run.Start) : null);
        json.WriteString("lastRun"u8, LastBackup is { } last ? Words.Iso(last.StartedAt) : null);
        json.WriteString("lastState"u8, LastBackup is { } state ? JobWords.Of(state.State) : null);
        json.WriteNumber("queuedReports"u8, Queued.Count);
        json.WriteString("lastPointAt"u8, LastPointAt is { } point ? Words.Iso(point) : null);
        json.WriteString("missedSince"u8, MissedSince is { } since ? Words.Iso(since) : null);
    }
}
