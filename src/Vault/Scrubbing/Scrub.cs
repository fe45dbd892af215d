using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Scrubbing;

/// <summary>
/// Reads all packs of a keyspace again, those first that were read longest ago, and mends what is damaged. It may stop
/// after any pack, and the next one goes on: each pack notes the pass that came by. Beside a writer it only looks, so
/// that backups go on meanwhile; what it found is then mended by another, for which those packs are named.
/// </summary>
internal sealed class Scrub(OpenVault vault, KeyspaceFile keyspace)
{
    private readonly List<PackFinding> _findings = [];
    private readonly List<long> _sound = [];
    private long _pass, _packs, _bytes;

    public IReadOnlyList<PackFinding> Findings => _findings;

    public long Packs => _packs;

    public long Bytes => _bytes;

    private bool Mends => vault.Lease is not null;

    /// <summary>The packs that this run is to read.</summary>
    /// <param name="only">Null: all that the pass has left.</param>
    public IReadOnlyList<PackRow> Plan(IReadOnlyCollection<ObjectId>? only)
    {
        if (only is not null)
        {
            _pass = keyspace.Scrubs.Pass();
            return keyspace.Scrubs.Only(only);
        }
        (_pass, var packs) = keyspace.Scrubs.BeginOrGoOn();
        return packs;
    }

    /// <summary>The packs that nobody has read since a time; the pass counts them in.</summary>
    public IReadOnlyList<PackRow> PlanBefore(DateTimeOffset time)
    {
        _pass = keyspace.Scrubs.Pass();
        return keyspace.Scrubs.Before(time);
    }

    /// <returns>False where it was told to stop before the last of them.</returns>
    public bool Run(IReadOnlyList<PackRow> packs, Action tell, Func<bool> mayGoOn)
    {
        using var check = new PackCheck(vault.Store);
        var damaged = new List<(PackRow Pack, string Reason)>();
        var again = new List<PackRow>();
        bool isDone = true;
        try
        {
            if (Mends) new PackMending(vault, keyspace).FinishAll();
            foreach (var pack in packs)
            {
                isDone = mayGoOn();
                if (!isDone) break;
                if (Look(check, pack, again) is { } reason) damaged.Add((pack, reason));
                tell();
            }
        }
        finally
        {
            // What was read is not read again, also where the reading ended badly.
            Note();
        }
        Judge(damaged);
        foreach (var pack in again) Reinstate(pack);
        // A pass comes by each pack once. Beside a writer these are left, for the one that mends them.
        if (Mends) _sound.AddRange(damaged.Select(found => found.Pack).Concat(again).Select(pack => pack.Number));
        Note();
        return isDone;
    }

    /// <param name="again">Takes the pack where it was set aside and is whole after all.</param>
    private string? Look(PackCheck check, PackRow pack, List<PackRow> again)
    {
        var name = new PackName(keyspace.Keyspace, pack.Hash);
        string? reason = check.DifferenceIn(name, StoreName.Parse(name.StoreName));
        _packs++;
        _bytes += pack.Length;
        // Looked up now: a collection may have removed it while it was read.
        var state = keyspace.Packs.StateOf(pack.Hash);
        bool isSetAside = state == PackState.Quarantined;
        if (reason is null && isSetAside) again.Add(pack);
        else if (reason is null || isSetAside) _sound.Add(pack.Number);
        if (_sound.Count >= Limits.PacksNotedAtOnce) Note();
        return state == PackState.Present ? reason : null;
    }

    private void Reinstate(PackRow pack)
    {
        if (Mends) new PackMending(vault, keyspace).Reinstate(pack);
        _findings.Add(new PackFinding(
            keyspace.Keyspace, pack.Hash, Mends ? PackFate.Reinstated : PackFate.Found, "", pack.Frames, 0, 0, []));
    }

    // All at once: the index is not ordered by pack, and is looked through for the frames of those that are damaged.
    private void Judge(List<(PackRow Pack, string Reason)> damaged)
    {
        foreach (var some in damaged.Chunk(Limits.PacksJudgedAtOnce))
        {
            var known = keyspace.Packs.FramesOf([.. some.Select(d => d.Pack.Number)]).ToLookup(frame => frame.Pack);
            using var triage = new PackTriage(vault.Store, keyspace.Keyspace);
            foreach (var (pack, reason) in some)
            {
                var judged = triage.Judge(pack, reason, [.. known[pack.Number]]);
                _findings.Add(Mends ? Mend(judged) : Found(judged));
            }
        }
    }

    private PackFinding Found(PackJudgement judged)
    {
        int intact = judged.Frames.Count(frame => frame.Standing == FrameStanding.Intact);
        return new PackFinding(
            keyspace.Keyspace, judged.Pack.Hash, PackFate.Found, judged.Reason, judged.Frames.Count, 0,
            judged.Frames.Count - intact, []);
    }

    private PackFinding Mend(PackJudgement judged)
    {
        var mended = new PackMending(vault, keyspace).Mend(judged);
        return new PackFinding(
            keyspace.Keyspace, judged.Pack.Hash, mended.IsRepaired ? PackFate.Repaired : PackFate.Quarantined,
            judged.Reason, judged.Frames.Count, mended.Rescued, mended.Lost.Count,
            [.. mended.Lost.Take(Limits.LostIdsTold)]);
    }

    private void Note()
    {
        if (_sound.Count > 0 && !vault.IsReadOnly) keyspace.Scrubs.SetChecked(_sound, _pass, vault.Now);
        _sound.Clear();
    }
}
