using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Vault.Checking;
using Coffer.Vault.Collecting;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Care;

/// <summary>One check, scrub or collection of a vault that is open for writing; ends when it is told to stop.</summary>
/// <param name="mayGoOn">Asked often; no ends it early, and loses nothing of what was done.</param>
internal sealed class CareRun(EmbeddedVault vault, CareWatch watch, Func<bool> mayGoOn)
{
    /// <summary>Whatever comes of it stands in the watch, its end too.</summary>
    public void Run(CareKind kind)
    {
        var state = CareState.Failed;
        try
        {
            bool isDone = kind switch
            {
                CareKind.Check => Check(),
                CareKind.Scrub => Scrub() && Check(),
                CareKind.Collect => Collect(),
                _ => throw new InvalidOperationException($"there is no {kind}"),
            };
            state = !isDone ? CareState.Stopped
                : watch.Status.FindingsTotal > 0 ? CareState.CompletedWithWarnings
                : CareState.Completed;
        }
        catch (OperationCanceledException) when (vault.Opened.Options.Stopping.IsCancellationRequested)
        {
            state = CareState.Stopped;
        }
        catch (FaultException e)
        {
            watch.Fail(e.Fault);
        }
        catch (CorruptionException e)
        {
            watch.Fail(Damaged(e));
        }
        finally
        {
            watch.End(state);
        }
    }

    private bool Check()
    {
        var check = vault.Check(watch, mayGoOn);
        watch.Count(figures => figures with
        {
            Points = check.Points,
            Pages = check.Pages,
            Absent = check.AbsentIds,
            HurtPoints = check.Hurt.Count,
        });
        if (!check.IsDone) return false; // of the points that were left nothing can be said
        foreach (var point in check.Hurt) watch.Find(Finding(point));
        return true;
    }

    private bool Scrub()
    {
        var scrub = vault.Scrub(null, watch, mayGoOn);
        foreach (var finding in scrub.Findings) watch.Find(Finding(finding));
        watch.Count(figures => figures with
        {
            Packs = scrub.Packs,
            Bytes = scrub.Bytes,
            DamagedPacks = scrub.Findings.Count,
            Lost = scrub.LostIds,
            OldestCheck = scrub.OldestCheck,
        });
        return scrub.Problem is { } problem ? throw new FaultException(problem) : scrub.IsDone;
    }

    // Keyspace by keyspace: one that cannot be used does not stand in the way of the others.
    private bool Collect()
    {
        var reports = new List<CollectionReport>();
        foreach (var keyspace in vault.Opened.Catalog.Keyspaces.All())
        {
            if (!MayStep()) return Counted(reports, isDone: false);
            try
            {
                reports.Add(new Collection(vault.Opened, vault.Opened.Keyspace(keyspace), new CollectionRules())
                    .Run(MayStep));
            }
            catch (FaultException e)
            {
                watch.Find(e.Fault);
            }
            catch (CorruptionException e)
            {
                watch.Find(Damaged(e));
            }
        }
        return Counted(reports, reports.TrueForAll(report => report.IsDone));
    }

    private bool MayStep()
    {
        watch.Step();
        return mayGoOn();
    }

    private bool Counted(List<CollectionReport> reports, bool isDone)
    {
        foreach (var report in reports)
            if (report.Stopped is { } why)
                watch.Find(new CareFinding("collect.stopped", CareWords.Stopped(why, report.StoppedBy), "")
                {
                    Ids = [.. report.StoppedBy.Take(Limits.LostIdsTold)],
                });
        watch.Count(_ => new CareFigures
        {
            Ids = reports.Sum(report => report.Ids),
            Alive = reports.Sum(report => report.Alive),
            Condemned = reports.Sum(report => report.Condemned),
            RemovedPacks = reports.Sum(report => report.RemovedPacks),
            RemovedBytes = reports.Sum(report => report.RemovedBytes),
            CopiedBytes = reports.Sum(report => report.CopiedBytes),
        });
        return isDone;
    }

    private static CareFinding Finding(PackFinding finding) => new("pack.damaged", CareWords.Of(finding), "")
    {
        Keyspace = finding.Keyspace,
        Pack = finding.Pack,
        Fate = finding.Fate.ToString().ToLowerInvariant(),
        Frames = finding.Frames,
        Rescued = finding.Rescued,
        Lost = finding.LostTotal,
        Ids = finding.Lost,
    };

    private static CareFinding Finding(HurtPoint point) => new("point.hurt", CareWords.Of(point), "")
    {
        Keyspace = point.Keyspace,
        Point = point.Point,
        Source = point.SourceLabel,
        IsGivenUp = point.IsGivenUp,
        AbsentTotal = point.AbsentTotal,
        Ids = point.Absent,
    };

    private static Fault Damaged(CorruptionException e) => new("vault.damaged", FaultKind.Failed, e.Message,
        "Stop the service and run `coffer-vault recover`, which makes the tables anew from the store.");
}
