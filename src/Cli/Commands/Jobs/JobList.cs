using System.Text.Json;
using Coffer.Agent.Jobs;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;

namespace Coffer.Cli.Commands.Jobs;

/// <summary><c>coffer job [list]</c>.</summary>
internal static class JobList
{
    /// <summary>Some months of a daily backup.</summary>
    private const int Shown = 100;

    public static async Task<Outcome> RunAsync(Invocation invocation)
    {
        var jobs = await ReadAsync(invocation, Shown);
        var table = new TextTable("STARTED", "OPERATION", "STATE", "TOOK", ">STORED", ">FINDINGS", "JOB", "OF");
        foreach (var job in jobs)
        {
            table.Add(
                Words.Time(job.StartedAt), JobWords.Of(job.Operation), JobWords.Of(job.State),
                job.EndedAt is { } end ? Words.Duration(end - job.StartedAt) : "",
                job.Facts.FirstOrDefault(f => f.Name == "storedBytes") is { } stored ? Words.Size(stored.Value) : "",
                Words.Count(job.FindingsTotal), Words.Short(job.Id.ToString()), job.SourceLabel);
            invocation.Printer.Event("job", json => Write(json, job));
        }

        if (jobs.Count == 0) invocation.Printer.Line("No job has run yet.");
        else table.Print(invocation.Printer);
        return new Outcome(ExitCode.Completed, json => json.WriteNumber("jobs"u8, jobs.Count));
    }

    /// <summary>This machine's jobs, the newest first; those that were cut off are told as failed.</summary>
    public static async Task<List<JobReport>> ReadAsync(Invocation invocation, int limit)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, "coffer job");
        if (!vault.Description.IsReadOnly)
            await new ReportQueue(invocation.Home, invocation.Time).SendAsync(vault, invocation.Cancellation);
        var jobs = await vault.ListJobsAsync(machine.Id, limit, invocation.Cancellation);
        bool isAnyRunning = invocation.Home.RunningJob() is not null;
        return [.. jobs.Select(job => JobWords.Judged(job, isAnyRunning))];
    }

    public static void Write(Utf8JsonWriter json, JobReport job)
    {
        json.WriteString("id"u8, job.Id.ToString());
        json.WriteString("operation"u8, JobWords.Of(job.Operation));
        json.WriteString("state"u8, JobWords.Of(job.State));
        json.WriteString("source"u8, job.SourceLabel);
        json.WriteString("startedAt"u8, Words.Iso(job.StartedAt));
        if (job.EndedAt is { } end) json.WriteString("endedAt"u8, Words.Iso(end));
        else json.WriteNull("endedAt"u8);
        json.WriteNumber("findings"u8, job.FindingsTotal);
        json.WriteStartObject("facts"u8);
        foreach (var fact in job.Facts) json.WriteNumber(fact.Name, fact.Value);
        json.WriteEndObject();
    }
}
