using Coffer.Domain;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Scrubbing;

/// <summary>A scrub over all keyspaces of a vault.</summary>
internal static class VaultScrub
{
    /// <param name="only">Packs to be read; null for all that the pass has left.</param>
    public static ScrubReport Run(
        OpenVault vault, IReadOnlyCollection<ObjectId>? only, IProgress<ScrubProgress>? progress, Func<bool> mayGoOn) =>
        Run(vault, scrub => scrub.Plan(only), progress, mayGoOn);

    /// <summary>Only what nobody has read since a time.</summary>
    public static ScrubReport RunBefore(OpenVault vault, DateTimeOffset time, Func<bool> mayGoOn) =>
        Run(vault, scrub => scrub.PlanBefore(time), null, mayGoOn);

    private static ScrubReport Run(
        OpenVault vault, Func<Scrub, IReadOnlyList<PackRow>> plan, IProgress<ScrubProgress>? progress,
        Func<bool> mayGoOn)
    {
        lock (vault.ScrubTurn) return RunInTurn(vault, plan, progress, mayGoOn);
    }

    private static ScrubReport RunInTurn(
        OpenVault vault, Func<Scrub, IReadOnlyList<PackRow>> plan, IProgress<ScrubProgress>? progress,
        Func<bool> mayGoOn)
    {
        var parts = new List<(Scrub Scrub, IReadOnlyList<PackRow> Packs)>();
        Fault? problem = null;
        foreach (var keyspace in vault.Catalog.Keyspaces.All())
        {
            var failed = Try(() =>
            {
                var scrub = new Scrub(vault, vault.Keyspace(keyspace));
                parts.Add((scrub, plan(scrub)));
            });
            problem ??= failed; // the others are read all the same
        }
        long packs = parts.Sum(part => (long)part.Packs.Count), bytes = parts.Sum(p => p.Packs.Sum(row => row.Length));
        ScrubProgress Now() => new(
            parts.Sum(part => part.Scrub.Packs), packs, parts.Sum(part => part.Scrub.Bytes), bytes,
            parts.Sum(part => part.Scrub.Findings.Count));
        bool isDone = true;
        foreach (var (scrub, rows) in parts)
        {
            var failed = Try(() => isDone = scrub.Run(rows, () => progress?.Report(Now()), mayGoOn) && isDone);
            problem ??= failed;
        }
        var oldest = problem is null ? OldestCheck(vault) : null;
        if (!vault.IsReadOnly && oldest is { } time) vault.Catalog.Vault.FullyChecked(time);
        return new ScrubReport(
            isDone && problem is null, Now().Packs, Now().Bytes, oldest,
            [.. parts.SelectMany(part => part.Scrub.Findings)])
        {
            Problem = problem,
        };
    }

    /// <summary>When the pack was last read for which that is longest ago; null where it cannot be told.</summary>
    public static DateTimeOffset? OldestCheck(OpenVault vault)
    {
        DateTimeOffset? oldest = null;
        foreach (var keyspace in vault.Catalog.Keyspaces.All())
        {
            DateTimeOffset? time = null;
            if (Try(() => time = vault.Keyspace(keyspace).Scrubs.OldestCheck()) is not null) return null;
            if (oldest is null || time < oldest) oldest = time;
        }
        return oldest;
    }

    private static Fault? Try(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (FaultException e)
        {
            return e.Fault;
        }
        catch (CorruptionException e)
        {
            return new Fault("vault.damaged", FaultKind.Failed, e.Message);
        }
    }
}
