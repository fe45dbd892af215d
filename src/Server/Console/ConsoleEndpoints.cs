using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Server.Hosting;
using Coffer.Server.Management;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Console;

/// <summary>
/// What only the console may ask: whoever can open the socket in the data folder owns that folder, or is root. All else
/// it asks of the management API, over the same socket. Not to be reached over the network.
/// </summary>
internal static class ConsoleEndpoints
{
    public const string Root = "/console/v1";

    public static void Map(IEndpointRouteBuilder app)
    {
        var console = app.MapGroup(Root).AddEndpointFilter(OnlyOverTheSocketAsync).ExcludeFromDescription();
        console.MapGet("/vaults", ListVaults);
        console.MapPost("/vaults/{name}", CreateAsync);
        console.MapDelete("/vaults/{vault}", DeleteAsync);
        CertificateEndpoints.Map(console);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http, VaultFolders folders, ServedVaults vaults, string name)
    {
        var made = await folders.CreateAsync(vaults, name, http.RequestAborted);
        return Bodies.Json(made.Greet(), WireJson.Default.VaultGreeting);
    }

    // It does not enter the vault: that is closed only when all have left.
    private static Task DeleteAsync(HttpContext http, VaultFolders folders, ServedVaults vaults, string vault)
    {
        var found = vaults.Find(vault);
        Callers.Note(http, found, Caller.AtConsole.Name);
        return folders.DeleteAsync(vaults, found, http.RequestAborted);
    }

    private static IResult ListVaults(ServedVaults vaults) =>
        Bodies.Json([.. vaults.Each(vault => vault.Greet())], WireJson.Default.VaultGreetingArray);

    private static async ValueTask<object?> OnlyOverTheSocketAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Connections.IsConsole(context.HttpContext) ? await next(context) : TypedResults.NotFound();
}
