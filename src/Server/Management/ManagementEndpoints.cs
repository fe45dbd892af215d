using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Management.Care;
using Coffer.Server.Management.Networks;
using Coffer.Server.Management.Policies;
using Coffer.Server.Management.Seeds;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>The management API: what people, tokens and the console ask of a vault.</summary>
internal static class ManagementEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var vault = app.MapGroup($"/{ManagementRoutes.Root}/{{vault}}");
        SignInEndpoints.Map(vault);
        VaultEndpoints.Map(vault);
        ServerEndpoints.Map(vault);
        ItemEndpoints.Map(vault);
        PolicyEndpoints.Map(vault);
        SecurityEndpoints.Map(vault);
        AccountEndpoints.Map(vault);
        SeedEndpoints.Map(vault);
        CareEndpoints.Map(vault);
        NetworkEndpoints.Map(vault);
    }

    /// <summary>Says which use case an endpoint is; its name and permission stand in the API's document.</summary>
    public static RouteHandlerBuilder Is(this RouteHandlerBuilder endpoint, UseCase useCase) => endpoint
        .WithName(useCase.Name)
        .WithTags(useCase.Name[..useCase.Name.IndexOf('.', StringComparison.Ordinal)])
        .WithMetadata(useCase)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint) => endpoint.Produces<T>();

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint)
        where T : notnull =>
        endpoint.Accepts<T>("application/json");
}
