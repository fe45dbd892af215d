using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management.Seeds;

/// <summary>
/// Seeds. How an import goes may be asked from anywhere; it is begun at the console alone, as it names a folder of this
/// host. It is a use case all the same, so that permission, audit log and document know it as they know the others.
/// </summary>
internal static class SeedEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/seeds", Show).Is(UseCases.ShowSeeds).Gives<SeedOverview>();
        vault.MapPost("/seeds", ImportAsync).Is(UseCases.ImportSeeds).Takes<SeedRequest>().Gives<SeedStatus>();
    }

    private static IResult Show(CallerRequest request) =>
        Bodies.Json(request.Vault.Seeds.Show(), ManagementJson.Default.SeedOverview);

    private static async Task<IResult> ImportAsync(CallerRequest request)
    {
        request.Vault.Seeds.RequireImport();
        var asked = await request.Http.ReadAsync(ManagementJson.Default.SeedRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Seeds.Import(asked), ManagementJson.Default.SeedStatus);
    }
}
