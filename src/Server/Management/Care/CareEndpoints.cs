using Coffer.Contracts.Management;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management.Care;

/// <summary>What the vault does by itself sooner or later, and can be asked to do now: check, scrub, collect.</summary>
internal static class CareEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/care", List).Is(UseCases.ListCare).Gives<CareOverview>();
        vault.MapGet("/care/{run}", Show).Is(UseCases.ShowCare).Gives<CareStatus>();
        vault.MapPost("/care/check", Check).Is(UseCases.Check).Gives<CareStatus>();
        vault.MapPost("/care/scrub", Scrub).Is(UseCases.Scrub).Gives<CareStatus>();
        vault.MapPost("/care/collect", Collect).Is(UseCases.Collect).Gives<CareStatus>();
        vault.MapDelete("/care/{run}", Stop).Is(UseCases.StopCare).Gives<CareStatus>();
    }

    private static IResult List(CallerRequest request) =>
        Bodies.Json(request.Vault.Care.List(), ManagementJson.Default.CareOverview);

    private static IResult Show(CallerRequest request, string run) => Told(request.Vault.Care.Show(Ids.Parse(run)));

    private static IResult Check(CallerRequest request) => Told(request.Vault.Care.Check());

    private static IResult Scrub(CallerRequest request) => Told(request.Vault.Care.Scrub());

    private static IResult Collect(CallerRequest request) => Told(request.Vault.Care.Collect());

    private static IResult Stop(CallerRequest request, string run) => Told(request.Vault.Care.Stop(Ids.Parse(run)));

    private static IResult Told(CareStatus status) => Bodies.Json(status, ManagementJson.Default.CareStatus);
}
