using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Policies;
using Coffer.Cli.Commands.Agents;
using Coffer.Cli.Commands.Jobs;
using Coffer.Cli.Commands.Points;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Vault;

namespace Coffer.Cli.Commands.Protection;

/// <summary><c>coffer status</c>, and <c>coffer</c> alone: what needs attention first, then how things stand.</summary>
internal sealed class StatusCommand() : CofferCommand(
    "status", "Show what is protected, the last run, and what needs attention", "coffer", "coffer status --json")
{
    /// <summary>Among so many the last verification of most machines is; more would cost time at each status.</summary>
    private const int ReadJobs = 100;

    private const int ShownFindings = 3;

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine();
        if (machine is null)
        {
            bool isBegun = invocation.Home.IsRegistering();
            invocation.Printer.Line($"Nothing is protected here yet (home {invocation.Home.Folder}).");
            invocation.Printer.Line(isBegun
                ? "A registration was begun and cut off: the same command again goes on with it."
                : "`coffer protect FOLDER` sets everything up and takes the first backup.");
            return new Outcome(ExitCode.Completed, json =>
            {
                json.WriteBoolean("isRegistered"u8, false);
                json.WriteBoolean("isRegistering"u8, isBegun);
            });
        }

        var local = await LocalPointsHere.GlanceAsync(invocation);
        try
        {
            return await ShortQuestion.AskAsync(
                invocation, machine.Place, bounded => ShowAsync(bounded, machine, local));
        }
        catch (FaultException e)
        {
            // Where the vault cannot be had, what is known without it is told all the same.
            var known = LocalStatus.Read(invocation, machine, local);
            known.Print(invocation);
            if (!ShortQuestion.IsUnanswered(machine.Place, e.Fault)) throw;
            return known.Conclude(invocation, e.Fault);
        }
    }

    private static async Task<Outcome> ShowAsync(
        Invocation invocation, MachineRegistration machine, IReadOnlyList<LocalPoint> local)
    {
        await using var vault = await Vaults.ForReadingAsync(
            invocation, machine, "coffer status", Vaults.ShortPatience);
        var points = await vault.ListPointsAsync(new PointFilter(Machine: machine.Id), invocation.Cancellation);
        var jobs = await vault.ListJobsAsync(machine.Id, ReadJobs, invocation.Cancellation);
        string? running = invocation.Home.RunningJob();
        var facts = new StatusFacts(
            machine, invocation.Home.ReadPolicy(), points, await vault.ReadStatusAsync(invocation.Cancellation),
            running, [.. jobs.Select(job => JobWords.Judged(job, running is not null))], local)
        {
            Lines = ProtectedLine.Of(
                invocation.Home.ReadPolicy(), invocation.Home.ReadSources(),
                StoppedSources.Of(await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation))),
        };
        var warnings = StatusWarnings.Of(invocation.Home, facts, invocation.Time.GetUtcNow());
        if ((vault as EmbeddedVault)?.Damage is { } damage)
            warnings.Insert(0, (damage.Code, $"{damage.Message} {damage.Guidance}"));
        foreach (var (code, text) in warnings) Attend(invocation.Printer, code, text);
        Print(invocation, facts);
        return new Outcome(ExitCode.Completed, json => StatusJson.Write(json, facts, warnings));
    }

    /// <summary>What needs attention is what was asked for here, no remark on the work.</summary>
    public static void Attend(Printer printer, string code, string text)
    {
        printer.Line($"! {text}");
        printer.Event("warning", json =>
        {
            json.WriteString("code"u8, code);
            json.WriteString("message"u8, text);
        });
    }

    /// <summary>With what was found; what there is to do about it, and more, `coffer job show` tells.</summary>
    public static void PrintJob(Printer printer, string name, JobReport job, DateTimeOffset now)
    {
        string label = job.Operation == JobOperation.Verify ? $" ({job.SourceLabel})" : "";
        printer.Line($"{name}  {Words.Time(job.StartedAt)} ({Words.Ago(job.StartedAt, now)}),"
            + $" {JobWords.Of(job.State).ToLowerInvariant()}{label}");
        foreach (var finding in job.Findings.Take(ShownFindings))
            printer.Line($"           ! {finding.Subject}: {finding.Message.Split("; ")[0]}");
        if (job.FindingsTotal > ShownFindings)
            printer.Line($"           … and {Words.Count(job.FindingsTotal - ShownFindings)} more:"
                + $" `coffer job show {Words.Short(job.Id.ToString())}`");
    }

    private static void Print(Invocation invocation, StatusFacts facts)
    {
        var printer = invocation.Printer;
        var now = invocation.Time.GetUtcNow();
        printer.Line($"Server     {facts.Machine.Name} ({facts.Machine.Id})");
        foreach (var line in facts.Lines) printer.Line($"{line}");
        if (facts.IsNothingProtected) printer.Line("Protected  nothing");
        if (facts.Points.Count > 0) printer.Line($"Since      {Words.Time(facts.Points.Min(p => p.ReceivedAt))}");
        if (facts.Running is not null) printer.Line($"Running    {facts.Running}");
        if (facts.LastBackup is { } last) PrintJob(printer, "Last run ", last, now);
        if (facts.LastVerify is { } verify) PrintJob(printer, "Verified ", verify, now);
        else if (facts.Points.Count > 0) printer.Line("Verified   not lately: `coffer verify --data` reads every byte");
        printer.Line($"Next run   {NextRun(invocation, now)}");
        if (facts.Points.Count > 0)
            printer.Line(
                $"Points     {Words.Count(facts.Points.Count)}, {Words.Time(facts.Points.Min(p => p.ReceivedAt))}"
                + $" to {Words.Time(facts.Points.Max(p => p.ReceivedAt))}");
        PrintLocal(printer, facts.LocalPoints);
        printer.Line($"Vault      {facts.Machine.Place}: {Words.Size(facts.Vault.StoredBytes)} stored,"
            + $" {Words.Size(facts.Vault.FreeBytes)} of {Words.Size(facts.Vault.TotalBytes)} free");
        if (facts.Machine.Place.Folder is null) return;
        printer.Line("Whoever is root here can delete the vault's folder: keep a copy of it elsewhere.");
    }

    public static void PrintLocal(Printer printer, IReadOnlyList<LocalPoint> points)
    {
        if (points.Count == 0) return;
        printer.Line($"Local      {Words.Count(points.Count, "local point")},"
            + $" {Words.Time(points.Min(point => point.Name.TakenAt))}"
            + $" to {Words.Time(points.Max(point => point.Name.TakenAt))}: `coffer point list --local`");
    }

    public static string NextRun(Invocation invocation, DateTimeOffset now)
    {
        if (invocation.Home.RunningAgent() is null)
            return "when you start it: no agent runs here (`coffer agent install`, as root)";
        return AgentCommand.NextRun(invocation.Home, now) is { } next ? Words.Time(next.Start) : "none";
    }
}
