using Coffer.Contracts.Management;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Settings;
using Coffer.Vault.Care;
using Coffer.Vault.Editing;
using Coffer.Vault.Networks;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Management;

/// <summary>
/// A served vault as a person, a token or the console may use it. Each use case asks for its permission first; what is
/// dangerous passes the guard as well.
/// </summary>
public sealed class ManagedVault
{
    private readonly ServedVault _served;

    internal ManagedVault(ServedVault served, Caller caller)
    {
        (_served, Caller) = (served, caller);
        var vault = served.Engine.Opened;
        Servers = new ManagedServers(vault, caller);
        Items = new ManagedItems(vault, caller);
        Policies = new ManagedPolicies(vault, caller);
        Security = new ManagedSecurity(vault, caller);
        Accounts = new ManagedAccounts(served, caller);
        Seeds = new ManagedSeeds(served, caller);
        Care = new ManagedCare(served, caller);
        Networks = new ManagedNetworks(served, caller);
    }

    public Caller Caller { get; }

    public ManagedServers Servers { get; }

    public ManagedItems Items { get; }

    public ManagedPolicies Policies { get; }

    public ManagedSecurity Security { get; }

    public ManagedAccounts Accounts { get; }

    public ManagedSeeds Seeds { get; }

    public ManagedCare Care { get; }

    public ManagedNetworks Networks { get; }

    public async Task<VaultOverview> ShowAsync(CancellationToken cancellationToken)
    {
        var vault = _served.Engine.Opened;
        Caller.Require(UseCases.ShowVault, null, vault.Now);
        var status = await _served.Engine.ReadStatusAsync(cancellationToken);
        var machines = vault.Catalog.Machines;
        return new VaultOverview(
            _served.Id, _served.Name, status, new SecurityOverview(vault.Settings, LevelReport.Of(vault.Settings)),
            machines.All().Count, machines.All().Sum(machine => machines.SourcesOf(machine.Id).Count),
            status.IsTimeInDoubt);
    }

    /// <summary>In the text format of Prometheus.</summary>
    public async Task<string> ReadMetricsAsync(CancellationToken cancellationToken)
    {
        var vault = _served.Engine.Opened;
        Caller.Require(UseCases.ReadMetrics, null, vault.Now);
        return VaultMetrics.Write(vault, await _served.Engine.ReadStatusAsync(cancellationToken));
    }

    /// <summary>The secret of a new credentials file; those before are no longer taken.</summary>
    public (byte[] Secret, DateTimeOffset ValidUntil) MakeCredentials()
    {
        var vault = _served.Engine.Opened;
        Caller.Require(UseCases.CreateCredentials, null, vault.Now);
        vault.Audit.Append(Caller.Name, UseCases.CreateCredentials.Name, "", AuditOutcome.Done);
        return _served.MakeCredentials();
    }

    public TimeConfirmed ConfirmTime()
    {
        var vault = _served.Engine.Opened;
        Caller.Require(UseCases.ConfirmTime, null, vault.Now);
        vault.Audit.Append(Caller.Name, UseCases.ConfirmTime.Name, "", AuditOutcome.Done);
        return new TimeConfirmed(_served.Engine.ConfirmTime() ?? 0);
    }
}
