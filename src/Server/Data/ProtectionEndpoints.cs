using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>What a machine may do to its own protection; what weakens it takes a PIN made for just that.</summary>
internal static class ProtectionEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/servers/{machine}/sources", List);
        vault.MapPost("/sources/{source}/stop", StopAsync);
        vault.MapPost("/sources/{source}/resume", Resume);
        vault.MapPost("/sources/{source}/undelete", Undelete);
        vault.MapPost("/points/{point}/hold", Hold);
        vault.MapPost("/points/{point}/extend", ExtendAsync);
        vault.MapPost("/points/{point}/release", Release);
        vault.MapPost("/unregister", Unregister);
    }

    private static IResult List(MachineRequest request, string machine) => Bodies.Json(
        [.. request.Vault.ListBackupItems(Ids.Machine(machine))], WireJson.Default.BackupItemArray);

    private static async Task<IResult> StopAsync(MachineRequest request, string source)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.StopRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Stop(Ids.Source(source), asked, request.Pin), WireJson.Default.StopAnswer);
    }

    private static void Resume(MachineRequest request, string source) => request.Vault.Resume(Ids.Source(source));

    private static IResult Undelete(MachineRequest request, string source) => Bodies.Json(
        new UndeleteAnswer(request.Vault.Undelete(Ids.Source(source))), WireJson.Default.UndeleteAnswer);

    private static void Hold(MachineRequest request, string point) => request.Vault.Hold(Ids.Object(point));

    private static async Task<IResult> ExtendAsync(MachineRequest request, string point)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.ExtendRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Extend(Ids.Object(point), asked), WireJson.Default.ExtendAnswer);
    }

    private static void Release(MachineRequest request, string point) =>
        request.Vault.Release(Ids.Object(point), request.Pin);

    private static void Unregister(MachineRequest request) => request.Vault.Unregister(request.Pin);
}
