using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Turmoil.Places;

namespace Coffer.Turmoil.Working;

/// <summary>
/// Deletes, brings back, holds, releases, lets expire and purges. Several at once: each has points of its own, by their
/// ids, so that it is known what was asked last of each; what is due is looked for among all.
/// </summary>
internal sealed class Keepers(Crew crew, int number, Random random)
{
    public const int Count = 2;

    /// <summary>Live points that a keeper leaves alone.</summary>
    private const int Kept = 5;

    public async Task RunAsync()
    {
        while (!crew.Stop.IsCancellationRequested)
        {
            await crew.PauseAsync(random, 120);
            await LookForLostAsync();
            Do();
        }
    }

    // The accounts first: what is committed after that may be listed or not.
    private async Task LookForLostAsync()
    {
        var known = crew.Ledger.Points();
        var listed = (await crew.Vault.ListPointsAsync(new PointFilter(), crew.Stop)).Select(p => p.Id).ToHashSet();
        foreach (var (point, account) in known)
        {
            if (account.Gone == Known.Yes && listed.Contains(point))
                throw new TurmoilException($"point {point} was purged and is listed again");
            if (listed.Contains(point) || !IsMine(point)) continue;
            if (!account.MayGo) throw new TurmoilException($"point {point} is not listed: {account}");
            if (account.Gone != Known.Yes) Gone(point);
        }
    }

    private void Do()
    {
        var mine = crew.Ledger.Points().Where(p => IsMine(p.Key) && p.Value.Gone != Known.Yes).ToList();
        var live = mine.FindAll(p => p.Value is { Deleted: Known.No, Held: Known.No });
        switch (random.Next(12))
        {
            case < 4 when live.Count > Kept:
                Change(live[random.Next(live.Count)].Key, "deleting", "deleted", Delete);
                break;
            case 4 when live.Count > Kept:
                Change(live[random.Next(live.Count)].Key, "expiring", null, Expire);
                break;
            case 5:
                Any(mine, p => p.Deleted != Known.No, p => Change(p, "undeleting", "undeleted", Undelete));
                break;
            case 6 when mine.Count(p => p.Value.Held != Known.No) < 2:
                Any(mine, _ => true, point => Change(point, "holding", "held", crew.Vault.Points.Hold));
                break;
            case 6 or 7:
                Any(mine, p => p.Held != Known.No, p => Change(p, "releasing", "released", crew.Vault.Points.Release));
                break;
            case 8: Any(mine, _ => true, point => Change(point, "purging", "purged", crew.Vault.Points.Purge)); break;
            default: RunDue(); break;
        }
    }

    private static void Any(
        List<KeyValuePair<ObjectId, PointAccount>> points, Func<PointAccount, bool> isWanted, Action<ObjectId> act)
    {
        foreach (var (point, account) in points)
        {
            if (!isWanted(account)) continue;
            act(point);
            return;
        }
    }

    private void Delete(ObjectId point) => crew.Vault.Points.Delete(point, Some());

    private void Expire(ObjectId point) =>
        crew.Vault.Points.ExpireAt(point, crew.Site.Time.GetUtcNow() + Some());

    private void Undelete(ObjectId point)
    {
        crew.Vault.Points.ExpireAt(point, null);
        crew.Vault.Points.Undelete(point);
    }

    private void RunDue()
    {
        var (expired, purged) = crew.Vault.Points.RunDue(Some());
        crew.Ledger.Count("expired", expired);
        crew.Ledger.Count("purged-when-due", purged);
    }

    private TimeSpan Some() => TimeSpan.FromHours(random.Next(60));

    private void Change(ObjectId point, string before, string? after, Action<ObjectId> act)
    {
        crew.Ledger.Note(before, point);
        try
        {
            act(point);
            if (after is not null) crew.Ledger.Note(after, point);
            crew.Ledger.Count("changes");
        }
        catch (FaultException e) when (e.Fault.Code is "point.held" or "point.not-due")
        {
            crew.Ledger.Count("refused");
            crew.Ledger.Note(e.Fault.Code == "point.held" ? "held" : "kept", point);
        }
        catch (FaultException e) when (e.Fault.Code == "vault.point")
        {
            if (crew.Ledger.Of(point) is not { MayGo: true })
                throw new TurmoilException($"point {point} is not there: {crew.Ledger.Of(point)}");
            Gone(point);
        }
    }

    private void Gone(ObjectId point)
    {
        crew.Ledger.Note("gone", point);
        crew.Ledger.Count("seen-gone");
    }

    private bool IsMine(ObjectId point) => (point.GetHashCode() & 1) == number;
}
