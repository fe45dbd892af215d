using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Console;

/// <summary>
/// What the operator's console may ask: whoever can open the socket in the data folder owns that folder, or is root.
/// Not to be reached over the network.
/// </summary>
internal static class ConsoleEndpoints
{
    public const string Root = "/console/v1";

    public static void Map(IEndpointRouteBuilder app)
    {
        var console = app.MapGroup(Root).AddEndpointFilter(OnlyOverTheSocketAsync);
        console.MapPost("/credentials", MakeCredentials);
    }

    private static IResult MakeCredentials(ServedVaults vaults, ServiceIdentity identity) =>
        Bodies.Json(identity.MakeCredentials(vaults.All[0]), WireJson.Default.CredentialsFile);

    // An address of the network is a connection over it; the socket's has none.
    private static async ValueTask<object?> OnlyOverTheSocketAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        bool isLocal = context.HttpContext.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint
            is System.Net.Sockets.UnixDomainSocketEndPoint;
        return isLocal
            ? await next(context)
            : TypedResults.NotFound();
    }
}
