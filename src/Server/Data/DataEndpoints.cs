using Coffer.Contracts.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>The data API: what agents ask of a vault.</summary>
internal static class DataEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var vault = app.MapGroup($"/{DataRoutes.Root}/{{vault}}");
        RegistrationEndpoints.Map(vault);
        EnvelopeEndpoints.Map(vault);
        SessionEndpoints.Map(vault);
        ReaderEndpoints.Map(vault);
        JobEndpoints.Map(vault);
        ProtectionEndpoints.Map(vault);
        RequestEndpoints.Map(vault);
    }
}
