using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Management;

/// <summary>Seeds: first backups that come on a disk.</summary>
public sealed class ManagedSeeds
{
    private readonly ServedVault _served;
    private readonly Caller _caller;

    internal ManagedSeeds(ServedVault served, Caller caller) => (_served, _caller) = (served, caller);

    public SeedOverview Show()
    {
        _caller.Require(UseCases.ShowSeeds, null, _served.Engine.Opened.Now);
        return _served.Seeds.Overview;
    }

    /// <summary>Whether the caller may import at all; asked before a request is read.</summary>
    /// <exception cref="FaultException"><c>role.missing</c>, <c>seed.console</c>.</exception>
    public void RequireImport()
    {
        _caller.Require(UseCases.ImportSeeds, null, _served.Engine.Opened.Now);
        // Over the network a path on this host would be a way to ask which files are here and can be read.
        if (!_caller.IsConsole)
            throw FaultException.Refused("seed.console", "Seeds are imported at the vault's own console only.",
                "Bring the disk there and run `coffer-vault seed import DIR` as the user whom the vault belongs to.");
    }

    /// <inheritdoc cref="RequireImport"/>
    public SeedStatus Import(SeedRequest request)
    {
        RequireImport();
        return _served.Seeds.Start(_caller, request.Folder);
    }
}
