using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Security;

namespace Coffer.Vault.Protection;

/// <summary>
/// Stops and resumes the protection of data sources, and brings back what was deleted. Whoever asks has been found to
/// be allowed to; what weakens passes the <see cref="Guard"/> here.
/// </summary>
internal sealed class ProtectionDesk(OpenVault vault)
{
    public ProtectionState StateOf(SourceId source) => Find(source)?.State ?? ProtectionState.Protected;

    public Documents.Protection? Find(SourceId source) => vault.Documents.Find(DocumentKinds.Protection, $"{source}");

    /// <exception cref="FaultException"><c>protection.stopped</c>, <c>protection.deleted</c>.</exception>
    public void RequireProtected(SourceId source)
    {
        var state = StateOf(source);
        if (state == ProtectionState.Protected) return;
        throw new FaultException(StoppedFaults.Of(state, LabelOf(source) ?? $"{source}", NameOf(source)));
    }

    /// <param name="pin">Null where none was given.</param>
    public StopAnswer Stop(Caller caller, SourceId source, StopRequest request, string? pin)
    {
        var found = vault.Catalog.Machines.FindSource(source) ?? throw ProtectionFaults.NoSource();
        // A number that is none of them must not pass by the PIN of one way and end as another.
        if (!Enum.IsDefined(request.Way)) throw ProtectionFaults.NoWay();
        var points = PointsOf(source);
        int held = points.Count(point => point.IsHeld);
        if (request.Way == StopWay.DeleteData && held > 0) throw ProtectionFaults.Held(held);
        lock (vault.DocumentTurn)
        {
            // Asked again, as the answer was lost: its PIN is used by now.
            if (StateOf(source) == StateAfter(request.Way)) return Answer(points, request.Way);
            if (request.Way != StopWay.RetainData)
                new Guard(vault).Pass(caller, [OperationOf(request.Way)], found.Machine, Subjects.Of(source), pin);
            Record(caller, source, found, request);
            Put(source, StateAfter(request.Way), caller.Name,
                BoundedText.Of(request.Reason ?? "", Limits.ReasonLength));
        }
        if (request.Way == StopWay.DeleteData) DeletePoints(source);
        return Answer(points, request.Way);
    }

    /// <summary>Backs it up again; points that are there go on as they are.</summary>
    public void Resume(Caller caller, SourceId source)
    {
        var found = vault.Catalog.Machines.FindSource(source) ?? throw ProtectionFaults.NoSource();
        lock (vault.DocumentTurn)
        {
            if (StateOf(source) == ProtectionState.Protected) return;
            vault.Audit.Append(caller.Name, UseCases.ResumeProtection.Name, Subjects.Of(source), AuditOutcome.Done,
                ("server", $"{found.Machine}"));
            Put(source, ProtectionState.Protected, caller.Name, "");
        }
    }

    /// <summary>Brings deleted points back; the source stays stopped, with its data retained.</summary>
    /// <returns>Points brought back.</returns>
    public int Undelete(Caller caller, SourceId source)
    {
        var found = vault.Catalog.Machines.FindSource(source) ?? throw ProtectionFaults.NoSource();
        var deleted = PointsOf(source).FindAll(point => point.State == PointState.SoftDeleted);
        if (deleted.Count == 0) throw ProtectionFaults.NotDeleted();
        lock (vault.DocumentTurn)
        {
            vault.Audit.Append(caller.Name, UseCases.Undelete.Name, Subjects.Of(source), AuditOutcome.Done,
                ("points", $"{deleted.Count}"), ("server", $"{found.Machine}"));
            // First: what upkeep finds of a source that is deleted it deletes again.
            if (StateOf(source) == ProtectionState.Deleted)
                Put(source, ProtectionState.StoppedWithDataRetained, caller.Name, "");
        }
        var shelf = new PointShelf(vault);
        foreach (var point in deleted) shelf.Undelete(point.Id);
        return deleted.Count;
    }

    public void Hold(Caller caller, ObjectId point)
    {
        var found = FindPoint(point);
        if (found.IsHeld) return;
        vault.Audit.Append(caller.Name, UseCases.HoldPoint.Name, Subjects.Of(point), AuditOutcome.Done,
            ("server", $"{found.Machine}"));
        new PointShelf(vault).Hold(point);
    }

    /// <summary>Keeps a point for longer than its policy does. There is no way back, so it has an end.</summary>
    /// <param name="isMachine">It asks for itself: whoever has its key must not fill the vault for a century.</param>
    /// <exception cref="FaultException"><c>time.past</c>, <c>extend.too-long</c>, <c>extend.by-person</c>,
    /// <c>point.deleted</c>.</exception>
    public ExtendAnswer Extend(Caller caller, ObjectId point, DateTimeOffset until, bool isMachine)
    {
        var found = FindPoint(point);
        if (until <= vault.Now) throw ProtectionFaults.Past();
        if (until > RetentionLimits.LatestExtension(vault.Now)) throw ProtectionFaults.TooLong();
        if (isMachine && new PointRetention(vault).Capped(found.Machine, until) is var longest && longest < until)
            throw ProtectionFaults.BeyondPolicy(longest);
        if (found.State == PointState.SoftDeleted) throw VaultFaults.Deleted(point);
        if (!(until <= found.ExtendedUntil))
        {
            vault.Audit.Append(caller.Name, UseCases.ExtendPoint.Name, Subjects.Of(point), AuditOutcome.Done,
                ("server", $"{found.Machine}"), ("until", $"{until.UtcDateTime:u}"));
            new PointShelf(vault).Extend(point, until);
        }

        return new ExtendAnswer(vault.Catalog.Points.EndOf(point));
    }

    public void Release(Caller caller, ObjectId point, string? pin)
    {
        var found = FindPoint(point);
        if (!found.IsHeld) return;
        lock (vault.DocumentTurn)
        {
            new Guard(vault).Pass(caller, [CriticalOperation.RemoveHold], found.Machine, Subjects.Of(point), pin);
            vault.Audit.Append(caller.Name, UseCases.ReleasePoint.Name, Subjects.Of(point), AuditOutcome.Done,
                ("server", $"{found.Machine}"));
        }
        new PointShelf(vault).Release(point);
    }

    /// <summary>Deletes what is left of sources that were deleted: a service may have ended midway.</summary>
    public void FinishDeletions()
    {
        foreach (var protection in vault.Documents.All(DocumentKinds.Protection))
            if (protection.State == ProtectionState.Deleted) DeletePoints(protection.Source);
        foreach (var ended in vault.Documents.All(DocumentKinds.ServerEnd))
            if (ended.IsUnregistered) DeleteAllOf(ended.By, ended.Machine);
    }

    /// <summary>All points of a machine's sources: it is unregistered.</summary>
    public void DeleteAllOf(string by, MachineId machine)
    {
        foreach (var source in vault.Catalog.Machines.SourcesOf(machine))
        {
            lock (vault.DocumentTurn)
            {
                // Written since, it says that the source is deleted already, or that somebody brought it back. Not by
                // their times: a clock that was set back would have backups stay, or be deleted again.
                long? ended = vault.Documents.OrderOf(DocumentKinds.ServerEnd, $"{machine}");
                if (vault.Documents.OrderOf(DocumentKinds.Protection, $"{source.Id}") > ended) continue;
                Put(source.Id, ProtectionState.Deleted, by, "the server was unregistered");
            }
            DeletePoints(source.Id);
        }
    }

    public PointDescription FindPoint(ObjectId point) =>
        vault.Catalog.Points.Find(point) ?? throw VaultFaults.NoPoint(point);

    /// <summary>From deletion to the end, by the vault's switches as they are now.</summary>
    public TimeSpan KeptFor() => KeptFor(vault);

    /// <inheritdoc cref="KeptFor()"/>
    public static TimeSpan KeptFor(OpenVault vault) => vault.Settings is { SoftDeletes: true } settings
        ? TimeSpan.FromDays(settings.SoftDelete.PeriodDays)
        : TimeSpan.Zero;

    private string? LabelOf(SourceId source) => vault.Catalog.Machines.FindSource(source)?.Label;

    // By what the machine's commands take it: by its id where others have its label.
    private string NameOf(SourceId source) =>
        vault.Catalog.Machines.FindSource(source) is { } found
        && vault.Catalog.Machines.SourcesOf(found.Machine).Count(other => other.Label == found.Label) == 1
            ? found.Label
            : $"{source}";

    private void DeletePoints(SourceId source)
    {
        var shelf = new PointShelf(vault);
        foreach (var point in vault.Catalog.Points.LiveOf(source))
        {
            // Again for each: somebody may have brought them back since, or held one.
            lock (vault.DocumentTurn)
            {
                if (StateOf(source) != ProtectionState.Deleted) return;
                if (vault.Catalog.Points.StateOf(point) is { IsHeld: false }) shelf.Delete(point, KeptFor());
            }
        }
    }

    private StopAnswer Answer(List<PointDescription> points, StopWay way) =>
        new(points.Count, way == StopWay.DeleteData ? vault.Now + KeptFor() : null);

    private void Record(Caller caller, SourceId source, Catalogs.SourceRow found, StopRequest request) =>
        vault.Audit.Append(caller.Name, UseCases.StopProtection.Name, Subjects.Of(source), AuditOutcome.Done,
            ("way", $"{request.Way}"), ("reason", request.Reason ?? ""), ("server", $"{found.Machine}"),
            ("label", found.Label));

    private void Put(SourceId source, ProtectionState state, string by, string reason) => vault.Documents.Put(
        DocumentKinds.Protection, $"{source}",
        new Documents.Protection(source, state, vault.Now, by, reason));

    private List<PointDescription> PointsOf(SourceId source) =>
        vault.Catalog.Points.List(new PointFilter(Source: source));

    private static CriticalOperation OperationOf(StopWay way) =>
        way == StopWay.DeleteData ? CriticalOperation.DeleteData : CriticalOperation.RetainByPolicy;

    private static ProtectionState StateAfter(StopWay way) => way switch
    {
        StopWay.RetainData => ProtectionState.StoppedWithDataRetained,
        StopWay.RetainByPolicy => ProtectionState.StoppedRetainedByPolicy,
        _ => ProtectionState.Deleted,
    };
}
