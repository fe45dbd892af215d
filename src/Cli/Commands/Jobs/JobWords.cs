using Coffer.Cli.Output;
using Coffer.Contracts.Jobs;

namespace Coffer.Cli.Commands.Jobs;

/// <summary>The words for jobs, as product and portal use them.</summary>
internal static class JobWords
{
    public static string Of(JobState state) => state switch
    {
        JobState.InProgress => "In progress",
        JobState.Completed => "Completed",
        JobState.CompletedWithWarnings => "Completed with warnings",
        JobState.Failed => "Failed",
        JobState.Cancelling => "Cancelling",
        JobState.Cancelled => "Cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Of(JobOperation operation) => operation switch
    {
        JobOperation.Configure => "Configure",
        JobOperation.Backup => "Backup",
        JobOperation.Restore => "Restore",
        JobOperation.Verify => "Verify",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
    };

    /// <summary>The name of a figure, and it in words.</summary>
    public static (string Name, string Value) Of(JobFact fact) => fact.Name switch
    {
        "bytes" => ("Size", Words.Size(fact.Value)),
        "bytesRead" => ("Read", Words.Size(fact.Value)),
        "newBytes" => ("New", Words.Size(fact.Value)),
        "storedBytes" => ("Stored", Words.Size(fact.Value)),
        "filesRead" => ("Files read", Words.Count(fact.Value)),
        "others" => ("Links, devices", Words.Count(fact.Value)),
        "sourcesLeftOut" => ("Left out", $"{Words.Count(fact.Value, "data source")} whose protection is stopped"),
        "equal" => ("Left alone", Words.Count(fact.Value)),
        _ => (char.ToUpperInvariant(fact.Name[0]) + fact.Name[1..], Words.Count(fact.Value)),
    };

    /// <summary>
    /// A job that says it is in progress while nothing runs was cut off: the process was killed or the power failed.
    /// </summary>
    public static JobReport Judged(JobReport report, bool isAnyRunning) =>
        report.State is JobState.InProgress or JobState.Cancelling && !isAnyRunning
            ? report with { State = JobState.Failed, Findings = [.. report.Findings, CutOff(report)] }
            : report;

    private static JobFinding CutOff(JobReport report) =>
        new("job.cut-off", report.SourceLabel, "It was cut off before its end; what it transferred is kept.");
}
