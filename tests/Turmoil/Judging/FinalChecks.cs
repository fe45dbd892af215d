using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Simulation.Restarts;
using Coffer.Turmoil.Places;
using Coffer.Vault.Collecting;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Records;

namespace Coffer.Turmoil.Judging;

/// <summary>All that must hold when nobody works in the vault any more. Each gives what it found wrong.</summary>
internal sealed class FinalChecks(Site site, CancellationToken cancellationToken)
{
    private const int RestoredOfMachine = 5;

    private readonly Ledger _ledger = Ledger.Read(site.Ledger);

    /// <summary>Points of the ledger that are gone, as they may be.</summary>
    public int Gone { get; private set; }

    /// <summary>Points that were acknowledged and have to be there, and are.</summary>
    public int Kept { get; private set; }

    /// <summary>Points that are listed; their last acknowledgement may have died with the worker.</summary>
    public int Listed { get; private set; }

    public int Restored { get; private set; }

    /// <summary>Packs that collection has ever removed.</summary>
    public int RemovedPacks { get; private set; }

    /// <summary>Every promise of the ledger is kept.</summary>
    public async Task<IReadOnlyList<string>> PromisesAsync()
    {
        await using var vault = await site.OpenVaultAsync(cancellationToken);
        var listed = (await vault.ListPointsAsync(new PointFilter(), cancellationToken)).ToDictionary(p => p.Id);
        var wrong = new List<string>();
        foreach (var (id, account) in _ledger.Points())
        {
            if (listed.TryGetValue(id, out var point)) wrong.AddRange(Differences(point, account));
            else if (account.MayGo) Gone++;
            else wrong.Add($"point {id} is lost: {account}");
            if (point is not null && !account.MayGo) Kept++;
        }
        Listed = listed.Count;
        if ((await vault.ReadStatusAsync(cancellationToken)).IsTimeInDoubt) wrong.Add("the time is in doubt");
        return wrong;
    }

    /// <summary>The graph of every point stands, and every pack is what it was.</summary>
    public async Task<IReadOnlyList<string>> ChecksAsync()
    {
        await using var vault = await site.OpenVaultAsync(cancellationToken);
        var check = vault.Check(null, () => true);
        var wrong = check.Hurt.Select(hurt => hurt.ToString()).ToList();
        if (check.AbsentIds > 0) wrong.Add($"{check.AbsentIds} ids are absent");
        // The rest of the pass that goes on, and then a whole one.
        for (int pass = 0; pass < 2; pass++)
            wrong.AddRange(vault.Scrub(null, null, () => true).Findings.Select(finding => finding.ToString()));
        return wrong;
    }

    /// <summary>Some points of each machine come back as the source was.</summary>
    public async Task<IReadOnlyList<string>> RestoresAsync(Random random)
    {
        await using var vault = await site.OpenVaultAsync(cancellationToken);
        var listed = (await vault.ListPointsAsync(new PointFilter(), cancellationToken)).Select(p => p.Id).ToHashSet();
        var wrong = new List<string>();
        foreach (var points in _ledger.Points().Where(p => listed.Contains(p.Key)).GroupBy(p => p.Value.Machine))
        {
            foreach (var (id, account) in points.OrderBy(_ => random.Next()).Take(RestoredOfMachine))
            {
                string target = Path.Combine(site.Scratch, $"final-{Restored++}");
                wrong.AddRange(await new RestoredPoint(site, vault, id, account)
                    .DifferencesAsync(target, null, cancellationToken));
                Directory.Delete(target, recursive: true);
            }
        }
        return wrong;
    }

    /// <summary>Two more collections, long after the last change, leave no garbage.</summary>
    public async Task<IReadOnlyList<string>> CollectionsAsync()
    {
        TimeSpan[] waits = [TimeSpan.FromDays(8), TimeSpan.FromHours(25), TimeSpan.FromHours(25)];
        var wrong = new List<string>();
        for (int collection = 0; collection < waits.Length; collection++)
        {
            site.Time.Ahead += waits[collection];
            await using var vault = await site.OpenVaultAsync(cancellationToken);
            foreach (var report in vault.Collect(new CollectionRules(), () => true))
            {
                if (report.Stopped is { } why) wrong.Add($"collection stopped: {why}");
                // The first may go on with a mark that was begun long ago.
                if (collection == waits.Length - 1 && report.Condemned > 0) wrong.Add($"left over: {report}");
            }
        }
        RemovedPacks = Enumerable.Range(0, Site.Machines).Sum(RemovedOf);
        var inventory = Inventory.Of(site.Vault);
        inventory.ShouldBeConsistent(new HashSet<ObjectId>(), isWhole: true);
        inventory.ShouldHaveNoGarbage();
        return wrong;
    }

    private int RemovedOf(int machine)
    {
        var keyspace = site.Home(machine).ReadMachine()!.Keyspace;
        using var file = KeyspaceFile.Open(Path.Combine(site.Vault, KeyspaceFile.FileName(keyspace)), keyspace);
        return file.Packs.In(PackState.Removed).Count;
    }

    private static IEnumerable<string> Differences(PointDescription point, PointAccount account)
    {
        if (account.Gone == Known.Yes) yield return $"point {point.Id} was purged and is listed";
        bool isDeleted = point.State == PointState.SoftDeleted;
        if (account.Deleted != Known.Unknown && isDeleted != (account.Deleted == Known.Yes))
            yield return $"point {point.Id} is {point.State}: {account}";
        if (account.Held != Known.Unknown && point.IsHeld != (account.Held == Known.Yes))
            yield return $"point {point.Id} is {(point.IsHeld ? "held" : "not held")}: {account}";
    }
}
