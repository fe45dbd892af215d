namespace Coffer.Domain.Security.Audit;

/// <summary>How an operation ended. On disk, and hashed: numbers are never reused.</summary>
public enum AuditOutcome
{
    Done = 1,

    /// <summary>A rule forbade it.</summary>
    Refused = 2,

    /// <summary>It was allowed and did not work.</summary>
    Failed = 3,
}

/// <summary>What is to be recorded, before it has its place in the chain.</summary>
/// <param name="Actor">The account, token or machine, by id and by name.</param>
/// <param name="Operation">The use case, by a name that never changes.</param>
/// <param name="Object">What it was done to; empty for the vault itself.</param>
/// <param name="Details">Names are given once; secrets never.</param>
public sealed record AuditEvent(
    DateTimeOffset Time, string Actor, string Operation, string Object, AuditOutcome Outcome,
    IReadOnlyDictionary<string, string> Details);

/// <summary>One entry of a vault's audit log, bound to all entries before it.</summary>
/// <param name="Number">1 for the first, then one more each.</param>
/// <param name="Time">UTC, to 100 ns: what stores it must give it back to the tick.</param>
/// <param name="Details">Sorted by name, bytewise in UTF-16.</param>
/// <param name="PreviousHash">Of the entry before, 64 lower-case hexadecimal digits.</param>
/// <param name="Hash">Of this one: <see cref="AuditHash"/>.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset Time, string Actor, string Operation, string Object, AuditOutcome Outcome,
    IReadOnlyList<KeyValuePair<string, string>> Details, string PreviousHash, string Hash)
{
    public AuditHead AsHead() => new(Number, Hash);
}

/// <summary>
/// The last entry of a log, by number and hash. Kept elsewhere than the log (a receiving vault, a mail, a monitoring
/// system), it tells a log that was cut or written anew from the true one.
/// </summary>
public readonly record struct AuditHead(long Number, string Hash)
{
    /// <summary>Before the first entry.</summary>
    public static AuditHead Start { get; } = new(0, new string('0', 64));
}
