using Coffer.Domain.Security.Audit;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Auditing;

/// <summary>
/// Refusals on their way to the audit log. Whoever is refused the same thing over and over must not fill the disk with
/// it: the first is an entry at once, the others of an hour are counted and become one.
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
        var kind = new Kind(actor, operation, code);
        lock (_lock)
        {
            if (!_counts.ContainsKey(kind) && _counts.Count >= Kinds) kind = s_others;
            if (_counts.TryGetValue(kind, out var count))
            {
                _counts[kind] = count with { More = count.More + 1 };
                return;
            }
            _counts[kind] = new Count(vault.Now, 0);
        }
        vault.Audit.Append(actor, operation, "", AuditOutcome.Refused, ("code", code));
    }

    /// <summary>Writes what was counted.</summary>
    /// <param name="all">Also what the hour is not over for: the vault is about to close.</param>
    public void Flush(bool all)
    {
        List<(Kind Kind, Count Count)> due;
        lock (_lock)
        {
            due = [.. _counts.Where(c => all || vault.Now - c.Value.Since is { } age && age.Duration() >= s_window)
                .Select(c => (c.Key, c.Value))];
            foreach (var (kind, _) in due) _counts.Remove(kind);
        }
        foreach (var (kind, count) in due)
            if (count.More > 0)
                vault.Audit.Append(kind.Actor, kind.Operation, "", AuditOutcome.Refused, ("code", kind.Code),
                    ("count", $"{count.More}"), ("since", $"{count.Since:u}"));
    }

    private readonly record struct Kind(string Actor, string Operation, string Code);

    private readonly record struct Count(DateTimeOffset Since, long More);
}
