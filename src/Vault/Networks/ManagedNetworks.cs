using System.Net;
using Coffer.Contracts.Management;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Networks;

/// <summary>The networks that a vault answers.</summary>
public sealed class ManagedNetworks
{
    private readonly ServedVault _served;
    private readonly Caller _caller;

    internal ManagedNetworks(ServedVault served, Caller caller) => (_served, _caller) = (served, caller);

    public NetworksView Show()
    {
        _caller.Require(UseCases.ShowNetworks, null, _served.Engine.Opened.Now);
        return _served.Networks.View();
    }

    /// <param name="from">Where the caller is; null at the console.</param>
    public NetworksView Set(NetworksRequest request, IPAddress? from)
    {
        _caller.Require(UseCases.SetNetworks, null, _served.Engine.Opened.Now);
        return _served.Networks.Set(_caller, request, from);
    }
}
