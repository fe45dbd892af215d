using Coffer.Domain;

namespace Coffer.Contracts.Jobs;

public enum JobOperation
{
    Configure = 1,
    Backup = 2,
    Restore = 3,
    Verify = 4,
}

/// <summary>The states of a job; the words shown are in product terms, see the table in Domain.</summary>
public enum JobState
{
    InProgress = 1,
    Completed = 2,
    CompletedWithWarnings = 3,
    Failed = 4,
    Cancelling = 5,
    Cancelled = 6,
}

/// <summary>One job as it stands.</summary>
/// <param name="Facts">Named figures: files, bytes, storedBytes, … in the order to show them.</param>
/// <param name="Findings">Warnings and errors, at most a thousand; <paramref name="FindingsTotal"/> counts all.</param>
public sealed record JobReport(
    JobId Id,
    MachineId Machine,
    JobOperation Operation,
    JobState State,
    string SourceLabel,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<JobFact> Facts,
    IReadOnlyList<JobFinding> Findings,
    long FindingsTotal);

public sealed record JobFact(string Name, long Value);

/// <param name="Code">Stable, dotted, lower case: <c>file.unreadable</c>.</param>
/// <param name="Subject">Path or object as text.</param>
public sealed record JobFinding(string Code, string Subject, string Message);
