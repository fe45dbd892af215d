using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management.Networks;

/// <summary>The networks that the vault answers.</summary>
internal static class NetworkEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/networks", Show).Is(UseCases.ShowNetworks).Gives<NetworksView>();
        vault.MapPut("/networks", SetAsync).Is(UseCases.SetNetworks).Takes<NetworksRequest>().Gives<NetworksView>();
    }

    private static IResult Show(CallerRequest request) =>
        ETags.Tagged(request.Http, request.Vault.Networks.Show(), ManagementJson.Default.NetworksView);

    private static async Task<IResult> SetAsync(CallerRequest request)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.NetworksRequest, DataLimits.SmallBytes);
        if (!ETags.Matches(request.Http, request.Vault.Networks.Show(), ManagementJson.Default.NetworksView))
            throw FaultException.Refused("settings.changed",
                "Somebody has changed the networks meanwhile.", "Look at them again, and decide anew.");
        var from = Connections.IsConsole(request.Http) ? null : request.Http.Connection.RemoteIpAddress;
        return ETags.Tagged(
            request.Http, request.Vault.Networks.Set(asked, from), ManagementJson.Default.NetworksView);
    }
}
