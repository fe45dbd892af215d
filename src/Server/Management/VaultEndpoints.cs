using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Server.Hosting;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>The vault as a whole: how it is, its credentials files, its clock and its jobs.</summary>
internal static class VaultEndpoints
{
    private const string MetricsType = "text/plain";

    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/", ShowAsync).Is(UseCases.ShowVault).Gives<VaultOverview>();
        vault.MapGet("/metrics", ReadMetricsAsync).Is(UseCases.ReadMetrics)
            .Produces<string>(StatusCodes.Status200OK, MetricsType);
        vault.MapPost("/credentials", MakeCredentials).Is(UseCases.CreateCredentials).Gives<CredentialsFile>();
        vault.MapPost("/time/confirm", ConfirmTime).Is(UseCases.ConfirmTime).Gives<TimeConfirmed>();
        vault.MapGet("/jobs", ListJobs).Is(UseCases.ListJobs).Gives<Page<JobReport>>();
    }

    private static async Task<IResult> ShowAsync(CallerRequest request) => ETags.Tagged(
        request.Http, await request.Vault.ShowAsync(request.Aborted), ManagementJson.Default.VaultOverview);

    private static async Task<IResult> ReadMetricsAsync(CallerRequest request) => TypedResults.Text(
        await request.Vault.ReadMetricsAsync(request.Aborted), MetricsType + "; version=0.0.4");

    private static IResult MakeCredentials(CallerRequest request, ServiceIdentity identity)
    {
        var served = VaultRequest.VaultOf(request.Http);
        var (secret, validUntil) = request.Vault.MakeCredentials();
        return Bodies.Json(
            identity.CredentialsOf(served, secret, validUntil), ManagementJson.Default.CredentialsFile);
    }

    private static IResult ConfirmTime(CallerRequest request) =>
        Bodies.Json(request.Vault.ConfirmTime(), ManagementJson.Default.TimeConfirmed);

    private static IResult ListJobs(CallerRequest request, string? server, string? after, int? limit) => Bodies.Json(
        request.Vault.Items.ListJobs(server is null ? null : Ids.Machine(server), after, limit),
        ManagementJson.Default.PageJobReport);
}
