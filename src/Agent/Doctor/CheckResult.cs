using Coffer.Domain;

namespace Coffer.Agent.Doctor;

public enum CheckGrade
{
    Good = 1,

    /// <summary>Not looked at: something else is missing for it.</summary>
    Skipped = 2,

    /// <summary>Worth knowing, nothing to do.</summary>
    Note = 3,

    /// <summary>Backups go on; something should be done.</summary>
    Warning = 4,

    /// <summary>Backup or restore does not work as it is.</summary>
    Failed = 5,
}

/// <summary>What one check found.</summary>
/// <param name="Code">As in docs/troubleshooting.md; empty where nothing has to be done.</param>
/// <param name="Found">For people; no secret and no name of a protected file.</param>
/// <param name="Cure">What to do; empty where nothing has to be.</param>
public sealed record CheckResult(CheckGrade Grade, string Found, string Code = "", string Cure = "")
{
    public static CheckResult Good(string found) => new(CheckGrade.Good, found);

    public static CheckResult Note(string found) => new(CheckGrade.Note, found);

    /// <param name="why">What is missing for it.</param>
    public static CheckResult Skipped(string why) => new(CheckGrade.Skipped, $"not looked at: {why}");

    public static CheckResult Warning(string code, string found, string cure) =>
        new(CheckGrade.Warning, found, code, cure);

    public static CheckResult Failed(string code, string found, string cure) =>
        new(CheckGrade.Failed, found, code, cure);

    public static CheckResult Failed(Fault fault) => Failed(fault.Code, fault.Message, fault.Guidance);
}

/// <summary>One thing to look at.</summary>
/// <param name="Name">One word, stable: scripts go by it.</param>
public sealed record Check(string Name, Func<CancellationToken, Task<CheckResult>> Look)
{
    /// <summary>One that asks this machine alone.</summary>
    public static Check Here(string name, Func<CheckResult> look) => new(name, _ => Task.FromResult(look()));
}
