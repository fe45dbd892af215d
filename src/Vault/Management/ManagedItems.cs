using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Roles;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;
using Coffer.Vault.Security;

namespace Coffer.Vault.Management;

/// <summary>Backup items, their points and the jobs.</summary>
public sealed class ManagedItems
{
    private readonly OpenVault _vault;
    private readonly Caller _caller;
    private readonly ProtectionDesk _desk;

    internal ManagedItems(OpenVault vault, Caller caller) =>
        (_vault, _caller, _desk) = (vault, caller, new ProtectionDesk(vault));

    /// <param name="server">Null: of all.</param>
    public Page<BackupItem> List(MachineId? server, string? after, int? limit)
    {
        _caller.Require(UseCases.ListItems, server, _vault.Now);
        var servers = _vault.Catalog.Machines.All().Where(known => server is null || known.Id == server);
        var all = servers
            .SelectMany(known => _vault.Catalog.Machines.SourcesOf(known.Id), (known, source) => (known, source))
            .OrderBy(both => $"{both.source.Id}", StringComparer.Ordinal);
        var page = Pages.Cut(all, both => $"{both.source.Id}", after, limit);
        return new Page<BackupItem>([.. page.Items.Select(both => Describe(both.known, both.source))], page.Next);
    }

    public BackupItem Show(SourceId source)
    {
        var found = Require(UseCases.ShowItem, source);
        return Describe(_vault.Catalog.Machines.Find(found.Machine)!, found);
    }

    public StopAnswer Stop(SourceId source, StopRequest request, string? pin)
    {
        var found = Require(UseCases.StopProtection, source);
        if (request.Way == StopWay.DeleteData) _caller.Require(Permission.DeleteData, found.Machine, _vault.Now);
        return _desk.Stop(_caller, source, request, pin);
    }

    public void Resume(SourceId source)
    {
        Require(UseCases.ResumeProtection, source);
        _desk.Resume(_caller, source);
    }

    public UndeleteAnswer Undelete(SourceId source)
    {
        Require(UseCases.Undelete, source);
        return new UndeleteAnswer(_desk.Undelete(_caller, source));
    }

    public Page<RecoveryPoint> ListPoints(SourceId source, string? after, int? limit)
    {
        Require(UseCases.ListPoints, source);
        var page = Pages.Cut(
            _vault.Catalog.Points.List(new PointFilter(Source: source)),
            point => $"{point.Sequence:d19}", after, limit);
        return new Page<RecoveryPoint>([.. page.Items.Select(Describe)], page.Next);
    }

    public void Hold(ObjectId point)
    {
        RequirePoint(UseCases.HoldPoint, point);
        _desk.Hold(_caller, point);
    }

    public ExtendAnswer Extend(ObjectId point, ExtendRequest request)
    {
        RequirePoint(UseCases.ExtendPoint, point);
        return _desk.Extend(_caller, point, request.Until, isMachine: false);
    }

    public void Release(ObjectId point, string? pin)
    {
        RequirePoint(UseCases.ReleasePoint, point);
        _desk.Release(_caller, point, pin);
    }

    /// <summary>Newest first; a page ends early where its jobs have much to tell.</summary>
    public Page<JobReport> ListJobs(MachineId? server, string? after, int? limit)
    {
        _caller.Require(UseCases.ListJobs, server, _vault.Now);
        var page = _vault.Catalog.Jobs.List(
            server, after is null ? null : Pages.NumberOf(after), Pages.SizeOf(limit), Limits.JobListBytes);
        return new Page<JobReport>(page.Jobs, page.Next is { } next ? $"{next}" : null);
    }

    private SourceRow Require(UseCase useCase, SourceId source)
    {
        var found = _vault.Catalog.Machines.FindSource(source);
        // The permission first: who has none learns not even what there is.
        _caller.Require(useCase, found?.Machine, _vault.Now);
        return found ?? throw ProtectionFaults.NoSource();
    }

    private void RequirePoint(UseCase useCase, ObjectId point) =>
        _caller.Require(useCase, _vault.Catalog.Points.Find(point)?.Machine, _vault.Now);

    private RecoveryPoint Describe(PointDescription point)
    {
        var state = _vault.Catalog.Points.StateOf(point.Id);
        return new RecoveryPoint(point, _vault.Catalog.Points.EndOf(point.Id), state?.PurgeAfter);
    }

    private BackupItem Describe(ServerDescription server, SourceRow source) =>
        BackupItems.Describe(_vault, server, source);
}
