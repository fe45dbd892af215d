using Coffer.Contracts.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>What people at the vault would have a machine do, and what the machine makes of it.</summary>
internal static class RequestEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        var machine = vault.MapGroup("/servers/{machine}");
        machine.MapGet("/requests", Read);
        machine.MapPost("/policy/edits/{edit}", AnswerEditAsync);
        machine.MapPost("/backups/{request}/take", TakeBackup);
    }

    private static IResult Read(MachineRequest caller, string machine) =>
        Bodies.Json(caller.Vault.ReadRequests(Ids.Machine(machine)), WireJson.Default.MachineRequests);

    private static async Task AnswerEditAsync(MachineRequest caller, string machine, string edit)
    {
        var answer = await caller.Http.ReadAsync(WireJson.Default.EditAnswer, DataLimits.SmallBytes);
        caller.Vault.AnswerEdit(Ids.Machine(machine), Ids.Parse(edit), answer);
    }

    private static void TakeBackup(MachineRequest caller, string machine, string request) =>
        caller.Vault.TakeBackup(Ids.Machine(machine), Ids.Parse(request));
}
