using Coffer.Domain.Security.Audit;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Auditing;

/// <summary>
/// Refusals on their way to the audit log. Whoever is refused the same thing over and over must not fill the disk with
/// it: the first is an entry at once, the others of an hour are counted and become one. A disk that is full up to its
/// reserve gets no entries of them, as deletions and switches need that: they are counted until there is room again.
/// </summary>
internal sealed class RefusalCount(OpenVault vault)
{
    /// <summary>Different ones that are counted apart; beyond, they are counted as one.</summary>
    private const int Kinds = 1000;

    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);
    private static readonly Kind s_others = new("(many)", "(many)", "(many)");

    private readonly Lock _lock = new();
    private readonly Dictionary<Kind, Count> _counts = [];

    public void Add(string actor, string operation, string code)
    {
        Flush(all: false);
        bool hasRoom = vault.HasSpace();
        var kind = new Kind(actor, operation, code);
        lock (_lock)
        {
            if (!_counts.ContainsKey(kind) && _counts.Count >= Kinds) kind = s_others;
            bool isKnown = _counts.TryGetValue(kind, out var count);
            if (!isKnown) count = new Count(vault.Now, 0);
            bool isCounted = isKnown || !hasRoom;
            _counts[kind] = isCounted ? count with { More = count.More + 1 } : count;
            if (isCounted) return;
        }
        vault.Audit.Append(actor, operation, "", AuditOutcome.Refused, ("code", code));
    }

    /// <summary>Writes what was counted, where there is room.</summary>
    /// <param name="all">
    /// Also what the hour is not over for, as the vault is about to close; on a full disk as one entry for all.
    /// </param>
    public void Flush(bool all)
    {
        bool hasRoom = vault.HasSpace();
        if (!hasRoom && !all) return;
        List<(Kind Kind, Count Count)> due;
        lock (_lock)
        {
            due = [.. _counts.Where(c => all || vault.Now - c.Value.Since is { } age && age.Duration() >= s_window)
                .Select(c => (c.Key, c.Value))];
            foreach (var (kind, _) in due) _counts.Remove(kind);
        }
        if (!hasRoom && due.Count > 0)
            due = [(s_others, new Count(due.Min(one => one.Count.Since), due.Sum(one => one.Count.More)))];
        foreach (var (kind, count) in due)
            if (count.More > 0)
                vault.Audit.Append(kind.Actor, kind.Operation, "", AuditOutcome.Refused, ("code", kind.Code),
                    ("count", $"{count.More}"), ("since", $"{count.Since:u}"));
    }

    private readonly record struct Kind(string Actor, string Operation, string Code);

    private readonly record struct Count(DateTimeOffset Since, long More);
}
