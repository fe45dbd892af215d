namespace Coffer.Domain.Security.Audit;

/// <summary>What is wrong with an audit log.</summary>
public enum AuditDefect
{
    /// <summary>One or more entries are missing before this one.</summary>
    Gap = 1,

    /// <summary>A number that was there before.</summary>
    Repeated = 2,

    /// <summary>It does not name the hash of the entry before: one of the two was changed or exchanged.</summary>
    Unlinked = 3,

    /// <summary>Its fields are not those that its hash was made of.</summary>
    Altered = 4,

    /// <summary>It fits, but it is not the entry that was known: the log was written anew.</summary>
    Rewritten = 5,

    /// <summary>The log ends before the entry that was known.</summary>
    CutTail = 6,
}

/// <summary>The first entry that does not fit.</summary>
/// <param name="Number">Of the entry found; for a cut tail of the first that is missing.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="Found">What is there.</param>
public sealed record AuditFinding(long Number, AuditDefect Defect, string Expected, string Found);
