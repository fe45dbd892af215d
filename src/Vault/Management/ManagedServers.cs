using Coffer.Contracts.Management;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;
using Coffer.Vault.Servers;
using Coffer.Vault.Sharing;

namespace Coffer.Vault.Management;

/// <summary>Protected servers and their registrations.</summary>
public sealed class ManagedServers
{
    private readonly OpenVault _vault;
    private readonly Caller _caller;
    private readonly ServerDesk _desk;

    internal ManagedServers(OpenVault vault, Caller caller) =>
        (_vault, _caller, _desk) = (vault, caller, new ServerDesk(vault));

    public Page<ProtectedServer> List(string? after, int? limit)
    {
        _caller.Require(UseCases.ListServers, null, _vault.Now);
        var all = _vault.Catalog.Machines.All().OrderBy(server => $"{server.Id}", StringComparer.Ordinal);
        var page = Pages.Cut(all, server => $"{server.Id}", after, limit);
        return new Page<ProtectedServer>([.. page.Items.Select(Describe)], page.Next);
    }

    public ProtectedServer Show(MachineId server)
    {
        _caller.Require(UseCases.ShowServer, server, _vault.Now);
        return Describe(_desk.Require(server));
    }

    public PolicyItemView? ShowPolicy(MachineId server)
    {
        _caller.Require(UseCases.ShowPolicy, server, _vault.Now);
        _desk.Require(server);
        return _vault.Catalog.Machines.NewestPolicy(server) is { } policy
            ? new PolicyItemView(policy.Version, System.Text.Encoding.UTF8.GetString(policy.Json))
            : null;
    }

    public void Unregister(MachineId server, UnregisterRequest request, string? pin)
    {
        _caller.Require(UseCases.Unregister, server, _vault.Now);
        var found = _desk.Require(server);
        if (request.Name != found.Name) throw SecurityDeskFaults.Unconfirmed(found.Name);
        int items = _vault.Catalog.Machines.SourcesOf(server).Count;
        if (request.BackupItems != items)
            throw FaultException.Usage("confirm.items",
                $"The server has {items} backup items, and you consented to the deletion of {request.BackupItems}.",
                "Look at them, then consent to their number.");
        _desk.Unregister(_caller, server, request.Reason, pin);
    }

    public void Revoke(MachineId server)
    {
        _caller.Require(UseCases.Revoke, server, _vault.Now);
        _desk.Revoke(_caller, server);
    }

    public ProtectedServer SetQuota(MachineId server, QuotaRequest request)
    {
        _caller.Require(UseCases.SetQuota, server, _vault.Now);
        _desk.SetQuota(_caller, server, new Quota(request.Bytes, request.ExtraPointsADay));
        return Describe(_desk.Require(server));
    }

    public ProtectedServer SetTags(MachineId server, TagsRequest request)
    {
        _caller.Require(UseCases.SetTags, server, _vault.Now);
        _desk.SetTags(_caller, server, request.Tags);
        return Describe(_desk.Require(server));
    }

    public Page<AdoptionItem> ListAdoptions()
    {
        _caller.Require(UseCases.ListAdoptions, null, _vault.Now);
        return new Page<AdoptionItem>(
            [.. _vault.Documents.All(DocumentKinds.Adoption).Select(Describe).OfType<AdoptionItem>()], null);
    }

    public void DecideAdoption(MachineId server, bool isApproved, AdoptionDecision decision)
    {
        _caller.Require(isApproved ? UseCases.ApproveAdoption : UseCases.DenyAdoption, server, _vault.Now);
        _desk.DecideAdoption(_caller, server, isApproved, decision);
    }

    public Page<JoinItem> ListJoins()
    {
        _caller.Require(UseCases.ListJoins, null, _vault.Now);
        return new Page<JoinItem>([.. _vault.Documents.All(DocumentKinds.Joining).Select(Describe)], null);
    }

    /// <param name="key">Of the machine that asks (<see cref="JoinItem.Key"/>).</param>
    public void DecideJoin(string key, bool isApproved)
    {
        _caller.Require(isApproved ? UseCases.ApproveJoin : UseCases.DenyJoin, null, _vault.Now);
        new JoinDesk(_vault).Decide(_caller, key, isApproved);
    }

    /// <summary>Its frames from then on count for no other member, and those until now for nobody.</summary>
    public ProtectedServer Distrust(MachineId server, DistrustRequest request)
    {
        _caller.Require(UseCases.Distrust, server, _vault.Now);
        new TrustDesk(_vault).Distrust(_caller, server, request.Since);
        return Describe(_desk.Require(server));
    }

    public ProtectedServer Trust(MachineId server)
    {
        _caller.Require(UseCases.Trust, server, _vault.Now);
        new TrustDesk(_vault).Trust(_caller, server);
        return Describe(_desk.Require(server));
    }

    private JoinItem Describe(Joining asked) => new(
        ServerDesk.KeyText(asked.MachineKey), asked.Name, asked.Asked,
        _vault.Catalog.Machines.Find(asked.Asked)?.Name ?? "",
        _vault.Sharing.TermsOf(asked.Keyspace)?.MembersTrustEachOther == true, asked.AskedAt);

    private SharingView? SharingOf(ServerDescription server) =>
        _vault.Sharing.TermsOf(server.Keyspace) is { } terms
            ? new SharingView(
                server.Keyspace, terms.MembersTrustEachOther,
                _vault.Catalog.Machines.CountIn(server.Keyspace) - 1)
            : null;

    private DateTimeOffset? DistrustedSince(ServerDescription server) =>
        _vault.Sharing.DistrustOf(server.Keyspace, server.Id) is { IsOutside: true } distrust
            ? distrust.Times[^1].Since
            : null;

    private AdoptionItem? Describe(Adoption asked) => _vault.Catalog.Machines.Find(asked.Server) is { } server
        ? new AdoptionItem(
            asked.Server, server.Name, asked.Name, ServerDesk.KeyText(asked.MachineKey), asked.AskedAt,
            server.LastHeardFrom)
        : null;

    private ProtectedServer Describe(ServerDescription server)
    {
        var sources = _vault.Catalog.Machines.SourcesOf(server.Id);
        var quota = _vault.Documents.Find(DocumentKinds.Quota, $"{server.Id}");
        var totals = KeyspaceTotals.Of(_vault, server.Keyspace);
        return new ProtectedServer(
            server.Id, server.Name, StateOf(server.Id), server.RegisteredAt, server.LastHeardFrom,
            sources.Count, sources.Sum(source => _vault.Catalog.Points.SummaryOf(source.Id).Count),
            totals.Bytes, quota?.Bytes, quota?.ExtraPointsADay ?? SecurityLimits.ExtraPointsADay,
            totals.Damage?.Message, SharingOf(server), DistrustedSince(server))
        {
            Tags = _vault.Documents.Find(DocumentKinds.Tags, $"{server.Id}")?.Tags ?? [],
        };
    }

    private ServerState StateOf(MachineId server) =>
        _vault.Documents.Find(DocumentKinds.ServerEnd, $"{server}") switch
        {
            null => ServerState.Registered,
            { IsUnregistered: true } => ServerState.Unregistered,
            _ => ServerState.Revoked,
        };
}
