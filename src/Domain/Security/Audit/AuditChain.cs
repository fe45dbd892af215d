using System.Text;

namespace Coffer.Domain.Security.Audit;

/// <summary>
/// The chain of an audit log: each entry holds the hash of the one before, so whoever changes, drops or moves one has
/// to write all later ones anew, and a head known elsewhere (<see cref="AuditHead"/>) shows that too.
/// </summary>
public static class AuditChain
{
    /// <summary>The entry that follows <paramref name="head"/>.</summary>
    /// <remarks>
    /// An audit log takes whatever happened, so nothing is refused here: over-long text is cut, ill-formed UTF-16 is
    /// replaced as storing it would, and of too many details the first by name are kept.
    /// </remarks>
    public static AuditEntry Append(AuditHead head, AuditEvent happened)
    {
        var entry = new AuditEntry(
            checked(head.Number + 1),
            happened.Time.ToUniversalTime(),
            Storable(happened.Actor),
            Storable(happened.Operation),
            Storable(happened.Object),
            happened.Outcome,
            [.. happened.Details
                .OrderBy(detail => detail.Key, StringComparer.Ordinal)
                .Take(SecurityLimits.AuditDetails)
                .Select(detail => KeyValuePair.Create(Storable(detail.Key), Storable(detail.Value)))],
            head.Hash,
            Hash: "");
        return entry with { Hash = AuditHash.Of(entry) };
    }

    /// <summary>The first entry that does not fit, or null. Reads as a stream; needs one entry at a time.</summary>
    /// <param name="after">The head before the first of the entries; <see cref="AuditHead.Start"/> for a whole log.
    /// </param>
    /// <param name="known">
    /// A head that the log had once; null: a cut tail, or a log written anew from some entry on, cannot be seen.
    /// </param>
    public static AuditFinding? Verify(IEnumerable<AuditEntry> entries, AuditHead after, AuditHead? known)
    {
        var last = after;
        foreach (var entry in entries)
        {
            if (Judge(entry, last, known) is { } finding) return finding;
            last = entry.AsHead();
        }

        return known is { } head && head.Number > last.Number
            ? new AuditFinding(last.Number + 1, AuditDefect.CutTail,
                $"entries up to {head.Number}", $"none after {last.Number}")
            : null;
    }

    private static AuditFinding? Judge(AuditEntry entry, AuditHead last, AuditHead? known)
    {
        if (entry.Number != last.Number + 1)
            return new AuditFinding(entry.Number,
                entry.Number > last.Number ? AuditDefect.Gap : AuditDefect.Repeated,
                $"entry {last.Number + 1}", $"entry {entry.Number}");
        if (entry.PreviousHash != last.Hash)
            return new AuditFinding(entry.Number, AuditDefect.Unlinked, last.Hash, entry.PreviousHash);
        string hash = AuditHash.Of(entry);
        if (entry.Hash != hash) return new AuditFinding(entry.Number, AuditDefect.Altered, hash, entry.Hash);
        return known is { } head && head.Number == entry.Number && head.Hash != entry.Hash
            ? new AuditFinding(entry.Number, AuditDefect.Rewritten, head.Hash, entry.Hash)
            : null;
    }

    private static string Storable(string text)
    {
        bool isLong = text.Length > SecurityLimits.AuditFieldCharacters;
        string kept = isLong ? text[..(SecurityLimits.AuditFieldCharacters - 1)] + '…' : text;
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(kept));
    }
}
