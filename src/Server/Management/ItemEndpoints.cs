using Coffer.Contracts.Management;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>Backup items and their points: stop, resume, delete, bring back, hold, extend.</summary>
internal static class ItemEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/items", List).Is(UseCases.ListItems).Gives<Page<BackupItem>>();
        var item = vault.MapGroup("/items/{source}");
        item.MapGet("/", Show).Is(UseCases.ShowItem).Gives<BackupItem>();
        item.MapPost("/stop", StopAsync).Is(UseCases.StopProtection).Takes<StopRequest>().Gives<StopAnswer>();
        item.MapPost("/resume", Resume).Is(UseCases.ResumeProtection);
        item.MapPost("/undelete", Undelete).Is(UseCases.Undelete).Gives<UndeleteAnswer>();
        item.MapGet("/points", ListPoints).Is(UseCases.ListPoints).Gives<Page<RecoveryPoint>>();
        vault.MapPost("/points/{point}/hold", Hold).Is(UseCases.HoldPoint);
        vault.MapPost("/points/{point}/extend", ExtendAsync).Is(UseCases.ExtendPoint)
            .Takes<ExtendRequest>().Gives<ExtendAnswer>();
        vault.MapPost("/points/{point}/release", Release).Is(UseCases.ReleasePoint);
    }

    private static IResult List(CallerRequest request, string? server, string? after, int? limit) => Bodies.Json(
        request.Vault.Items.List(server is null ? null : Ids.Machine(server), after, limit),
        ManagementJson.Default.PageBackupItem);

    private static IResult Show(CallerRequest request, string source) => ETags.Tagged(
        request.Http, request.Vault.Items.Show(Ids.Source(source)), ManagementJson.Default.BackupItem);

    private static async Task<IResult> StopAsync(CallerRequest request, string source)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.StopRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Items.Stop(Ids.Source(source), asked, request.Pin), ManagementJson.Default.StopAnswer);
    }

    private static void Resume(CallerRequest request, string source) =>
        request.Vault.Items.Resume(Ids.Source(source));

    private static IResult Undelete(CallerRequest request, string source) => Bodies.Json(
        request.Vault.Items.Undelete(Ids.Source(source)), ManagementJson.Default.UndeleteAnswer);

    private static IResult ListPoints(CallerRequest request, string source, string? after, int? limit) => Bodies.Json(
        request.Vault.Items.ListPoints(Ids.Source(source), after, limit), ManagementJson.Default.PageRecoveryPoint);

    private static void Hold(CallerRequest request, string point) => request.Vault.Items.Hold(Ids.Object(point));

    private static async Task<IResult> ExtendAsync(CallerRequest request, string point)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.ExtendRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Items.Extend(Ids.Object(point), asked), ManagementJson.Default.ExtendAnswer);
    }

    private static void Release(CallerRequest request, string point) =>
        request.Vault.Items.Release(Ids.Object(point), request.Pin);
}
