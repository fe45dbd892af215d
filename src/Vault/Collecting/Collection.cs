using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Checking;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;
using Coffer.Vault.Timekeeping;

namespace Coffer.Vault.Collecting;

/// <summary>What one collection of a keyspace did.</summary>
/// <param name="IsDone">False where it was told to stop before its end; the next one goes on.</param>
/// <param name="Ids">Distinct ids that the keyspace held.</param>
/// <param name="Alive">Of them, those that something refers to or that came in lately.</param>
/// <param name="Condemned">Ids condemned by this one.</param>
/// <param name="RemovedPacks">Packs removed, and their bytes in <paramref name="RemovedBytes"/>.</param>
/// <param name="CopiedBytes">Bytes of living frames written anew.</param>
/// <param name="Stopped">Why nothing may be deleted in this keyspace; null where all is well.</param>
public sealed record CollectionReport(
    bool IsDone, long Ids, long Alive, long Condemned, int RemovedPacks, long RemovedBytes, long CopiedBytes,
    string? Stopped)
{
    /// <summary>The points for whose sake nothing may be deleted, where it is for some.</summary>
    public IReadOnlyList<ObjectId> StoppedBy { get; init; } = [];
}

/// <summary>
/// Finds and removes what no recovery point needs, beside backups and restores, without a lock on anything:
/// 1. marks what is alive (<see cref="KeyspaceMark"/>);
/// 2. condemns all that is not, in one transaction that first marks what was added meanwhile. So nothing uncondemned
///    ever refers to a condemned id, and whoever adds a root lifts the condemnation below it
///    (<see cref="ClosureWalk"/>);
/// 3. removes what an earlier generation condemned, a day later and when all who were at work then have ended: packs of
///    which nothing lives, then, copied forward as they are, those of which little does.
/// Any doubt ends in keeping: an absent page under a root, a clock that jumped, a pack whose table cannot be read.
/// </summary>
internal sealed class Collection(OpenVault vault, KeyspaceFile keyspace, CollectionRules rules)
{
    private const string TimeInDoubt = "the vault's time is in doubt";

    private readonly PackRemoval _removal = new(vault, keyspace);

    /// <summary>
    /// Whether there may be something to find or to remove, at the cost of a look: where a point was purged, a mark was
    /// left unfinished, a generation has come of age, or some time has passed, for what nobody counts (checkpoints that
    /// were replaced, sessions that were given up, packs to be merged).
    /// </summary>
    /// <param name="every">How long the keyspace goes without.</param>
    public bool IsDue(TimeSpan every)
    {
        var (since, isPointGone, generation) = keyspace.Collections.Last();
        return isPointGone || vault.Now - since >= every || NewestRemovable() > generation
            || MarkState.Exists(vault.Folder, KeyspaceMark.NameOf(keyspace.Keyspace));
    }

    public CollectionReport Run(Func<bool> mayGoOn)
    {
        vault.RequireWriter();
        try
        {
            lock (vault.CollectionTurn) return RunInTurn(mayGoOn);
        }
        catch (OperationCanceledException) when (vault.Options.Stopping.IsCancellationRequested)
        {
            return new CollectionReport(false, 0, 0, 0, 0, 0, 0, null); // nothing was decided
        }
    }

    private CollectionReport RunInTurn(Func<bool> mayGoOn)
    {
        if (ClockWatch.IsInDoubt(vault)) return Stopped(null, TimeInDoubt);
        if (Unrooted() is { Count: > 0 } unrooted)
            return Stopped(null, "the index does not keep all recovery points") with { StoppedBy = unrooted };
        _removal.FinishAll();
        using var mark = KeyspaceMark.BeginOrGoOn(vault, keyspace, rules);
        if (!mark.Run(mayGoOn))
        {
            mark.Keep();
            return new CollectionReport(false, mark.Ids.Count, mark.Marked.CountSet(), 0, 0, 0, 0, null);
        }
        if (ClockWatch.IsInDoubt(vault)) return Stopped(mark, TimeInDoubt); // it may have jumped while this marked
        if (TryCondemn(mark) is not { } condemned)
            return Stopped(mark, "a pack that came in lately cannot be read");
        if (mark.Unknown.Count > 0)
            return Stopped(mark, WordsOf(mark.Unknown.Count)) with
            {
                StoppedBy = GivingUp.Stopping(vault, keyspace, mark.Graph),
            };
        var (packs, bytes, copied, isDone) = Remove(mark, mayGoOn);
        // Marking all anew could take each next turn whole, and nothing would ever be removed.
        if (!isDone) mark.Keep();
        keyspace.Transaction(keyspace.Condemned.DropEmpty);
        if (isDone)
        {
            new GivingUp(vault).TakeBackWhole(keyspace.Keyspace);
            NoteEnd();
        }
        return new CollectionReport(
            isDone, mark.Ids.Count, mark.Marked.CountSet(), condemned, packs, bytes, copied, null);
    }

    // Roots come from the index, which is a cache: what the catalog knows and the index forgot must not be lost for it.
    private List<ObjectId> Unrooted() =>
        [.. vault.Catalog.Points.List(new PointFilter(Keyspace: keyspace.Keyspace))
            .Where(point => !point.IsGivenUp && keyspace.Roots.ReferencesOf(point.Id) is null)
            // A purge takes the row away first: one that came by since has not been forgotten.
            .Where(point => vault.Catalog.Points.Find(point.Id) is not null)
            .Select(point => point.Id)];

    private static string WordsOf(int missing) =>
        missing == 1 ? "a piece that is needed is missing" : $"{missing} pieces that are needed are missing";

    private CollectionReport Stopped(KeyspaceMark? mark, string why)
    {
        // What a doubt about the time holds back is due as soon as that ends; all else not again with each backup.
        if (why != TimeInDoubt) NoteEnd();
        return new(true, mark?.Ids.Count ?? 0, mark?.Marked.CountSet() ?? 0, 0, 0, 0, 0, why);
    }

    private void NoteEnd() => keyspace.Collections.Done(vault.Now, NewestRemovable());

    private long NewestRemovable() =>
        keyspace.Condemned.NewestRemovable(vault.Now - rules.Grace, vault.Now - Limits.ReaderSilence);

    private long? TryCondemn(KeyspaceMark mark)
    {
        try
        {
            return Condemn(mark);
        }
        catch (Exception e) when (e is CorruptionException or MissingObjectException)
        {
            return null;
        }
    }

    private long Condemn(KeyspaceMark mark) => keyspace.Transaction(() =>
    {
        mark.Fence();
        if (mark.Unknown.Count > 0) return 0;
        var now = vault.Now;
        long generation = 0, condemned = 0;
        for (long number = 0; number < mark.Ids.Count; number++)
        {
            if (number % KeyspaceMark.Stride == 0) vault.Options.Stopping.ThrowIfCancellationRequested();
            var id = mark.Ids.At(number);
            if (mark.Marked[number]) continue;
            if (generation == 0) generation = keyspace.Condemned.Begin(now);
            if (keyspace.Condemned.Add(id, generation, now)) condemned++;
        }
        return condemned;
    });

    private (int Packs, long Bytes, long Copied, bool IsDone) Remove(KeyspaceMark mark, Func<bool> mayGoOn)
    {
        long generation = NewestRemovable();
        var plan = RemovalPlan.Make(
            mark, keyspace.Condemned.UpTo(generation), keyspace.Packs.In(PackState.Present), rules);
        int packs = 0;
        long bytes = 0, copied = 0;
        foreach (var pack in plan.WholeDead)
        {
            if (!mayGoOn()) return (packs, bytes, copied, false);
            if (!TryRemove(pack, id => IsDead(mark, id, generation))) continue;
            packs++;
            bytes += pack.Length;
        }
        foreach (var (pack, entries) in SetAside())
        {
            if (!mayGoOn()) return (packs, bytes, copied, false);
            if (!_removal.Remove(pack, entries, id => IsDead(mark, id, generation))) continue;
            packs++;
            bytes += pack.Length;
        }
        using var forward = new CopyForward(vault, keyspace, _removal);
        foreach (var batch in plan.Batches)
        {
            if (!mayGoOn()) return (packs, bytes, copied, false);
            var moved = forward.Run(batch, id => IsDead(mark, id, generation));
            (packs, bytes, copied) = (packs + moved.Packs, bytes + moved.Freed, copied + moved.Copied);
        }
        return (packs, bytes, copied, true);
    }

    // A damaged pack stays while any point names what is in doubt in it: a copy that looks bad may be the only one.
    private IEnumerable<(PackRow Pack, IReadOnlyList<PackEntry> Entries)> SetAside()
    {
        var packs = keyspace.Packs.In(PackState.Quarantined);
        var frames = keyspace.Packs.FramesOf([.. packs.Select(pack => pack.Number)]).ToLookup(frame => frame.Pack);
        return packs.Select(pack => (pack, (IReadOnlyList<PackEntry>)[.. frames[pack.Number].Select(frame =>
            new PackEntry(frame.Id, frame.Kind, frame.Offset, frame.Length, default, default))]));
    }

    // That an id is still condemned is the proof: every root that was added since has lifted what it needs. The mark
    // spares what a session has sent and not committed, which would have to be sent again.
    private bool IsDead(KeyspaceMark mark, ObjectId id, long generation) =>
        mark.Ids.Find(id) is >= 0 and var number && !mark.Marked[number]
        && keyspace.Condemned.GenerationOf(id) is > 0 and var condemned && condemned <= generation;

    private bool TryRemove(PackRow pack, Func<ObjectId, bool> isDead)
    {
        PackReader table;
        try
        {
            table = Tables.Read(vault.Store, new PackName(keyspace.Keyspace, pack.Hash));
        }
        catch (CorruptionException)
        {
            return false; // for the scrub
        }
        return _removal.Remove(pack, table.Entries, isDead);
    }
}
