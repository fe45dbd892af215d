using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>Signing in and out, and taking an invitation. The ones that nobody has to be signed in for.</summary>
internal static class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapPost("/session", SignInAsync).WithTags("session").Takes<SignInRequest>().Gives<SignInAnswer>();
        vault.MapDelete("/session", SignOut).Is(UseCases.SignOut);
        vault.MapPost("/enrolments", EnrolAsync).WithTags("session").Takes<EnrolRequest>().Gives<EnrolAnswer>();
        vault.MapPost("/enrolments/confirm", ConfirmAsync).WithTags("session").Takes<EnrolConfirmation>();
    }

    private static async Task<IResult> SignInAsync(VaultRequest request)
    {
        Callers.Note(request.Http, request.Vault, $"address {Connections.AddressOf(request.Http)}");
        var asked = await request.Http.ReadAsync(ManagementJson.Default.SignInRequest, DataLimits.SmallBytes);
        var answer = await request.Vault.SignInAsync(
            asked, Connections.AddressOf(request.Http), request.Http.RequestAborted);
        return Bodies.Json(answer, ManagementJson.Default.SignInAnswer);
    }

    private static void SignOut(CallerRequest request)
    {
        if (MachineRequest.BearerOf(request.Http) is { } bearer)
            VaultRequest.VaultOf(request.Http).SignOut(bearer);
    }

    private static async Task<IResult> EnrolAsync(VaultRequest request)
    {
        Callers.Note(request.Http, request.Vault, $"address {Connections.AddressOf(request.Http)}");
        var asked = await request.Http.ReadAsync(ManagementJson.Default.EnrolRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Enrol(asked), ManagementJson.Default.EnrolAnswer);
    }

    private static async Task ConfirmAsync(VaultRequest request)
    {
        Callers.Note(request.Http, request.Vault, $"address {Connections.AddressOf(request.Http)}");
        request.Vault.ConfirmEnrolment(
            await request.Http.ReadAsync(ManagementJson.Default.EnrolConfirmation, DataLimits.SmallBytes));
    }
}
