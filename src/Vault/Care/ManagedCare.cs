using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Care;

/// <summary>Checks, scrubs and collections that somebody asks for.</summary>
public sealed class ManagedCare
{
    private readonly ServedVault _served;
    private readonly Caller _caller;

    internal ManagedCare(ServedVault served, Caller caller) => (_served, _caller) = (served, caller);

    public CareOverview List()
    {
        Require(UseCases.ListCare);
        return _served.Care.Overview;
    }

    /// <exception cref="FaultException"><c>care.unknown</c>.</exception>
    public CareStatus Show(Id128 run)
    {
        Require(UseCases.ShowCare);
        return _served.Care.Show(run);
    }

    /// <exception cref="FaultException"><c>care.busy</c>.</exception>
    public CareStatus Check()
    {
        Require(UseCases.Check);
        return _served.Care.Start(_caller, CareKind.Check);
    }

    /// <inheritdoc cref="Check"/>
    public CareStatus Scrub()
    {
        Require(UseCases.Scrub);
        return _served.Care.Start(_caller, CareKind.Scrub);
    }

    /// <inheritdoc cref="Check"/>
    public CareStatus Collect()
    {
        Require(UseCases.Collect);
        return _served.Care.Start(_caller, CareKind.Collect);
    }

    /// <inheritdoc cref="Show"/>
    public CareStatus Stop(Id128 run)
    {
        Require(UseCases.StopCare);
        return _served.Care.Stop(_caller, run);
    }

    private void Require(UseCase useCase) => _caller.Require(useCase, null, _served.Engine.Opened.Now);
}
