using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Server.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Data;

/// <summary>Greeting, registration, tokens, and what a machine keeps of itself in the vault.</summary>
internal static class RegistrationEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/", Greet);
        vault.MapPost("/tokens", IssueTokenAsync);
        vault.MapPost("/servers", RegisterAsync);
        vault.MapPost("/servers/search", SearchAsync);
        vault.MapPost("/adoptions", AdoptAsync);
        vault.MapPost("/joins", JoinAsync);
        vault.MapPost("/grants/locks", ReadLockAsync);
        vault.MapPost("/grants", GrantAsync);
        vault.MapGet("/servers", List);
        vault.MapPut("/servers/{machine}/policy", StorePolicyAsync);
        vault.MapGet("/servers/{machine}/policy", ReadPolicyAsync);
    }

    private static IResult Greet(VaultRequest request) =>
        Bodies.Json(request.Vault.Greet(), WireJson.Default.VaultGreeting);

    private static async Task<IResult> IssueTokenAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.TokenRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.IssueToken(asked), WireJson.Default.TokenAnswer);
    }

    private static async Task<IResult> RegisterAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.ServiceRegistration, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Register(asked), WireJson.Default.ServerDescription);
    }

    private static async Task<IResult> AdoptAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.ServiceAdoption, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Adopt(asked), WireJson.Default.ServerDescription);
    }

    private static async Task<IResult> JoinAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.ServiceJoin, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Join(asked), WireJson.Default.ServerDescription);
    }

    private static async Task<IResult> SearchAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.ServerSearch, DataLimits.SmallBytes);
        ServerDescription[] found = [.. request.Vault.FindServers(asked)];
        return Bodies.Json(found, WireJson.Default.ServerDescriptionArray);
    }

    private static async Task<IResult> ReadLockAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.LockQuestion, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.LockOf(asked), WireJson.Default.PassphraseLock);
    }

    private static async Task<IResult> GrantAsync(VaultRequest request)
    {
        var asked = await request.Http.ReadAsync(WireJson.Default.GrantRequest, DataLimits.SmallBytes);
        var answer = request.Vault.Grant(asked, Connections.AddressOf(request.Http));
        return Bodies.Json(answer, WireJson.Default.GrantAnswer);
    }

    private static IResult List(MachineRequest request) =>
        Bodies.Json([.. request.Vault.ListMembers()], WireJson.Default.ServerDescriptionArray);

    private static async Task StorePolicyAsync(MachineRequest request, string machine, string? edit)
    {
        var policy = await request.Http.ReadAsync(WireJson.Default.StoredPolicy, DataLimits.PolicyBytes);
        request.Vault.StorePolicy(
            Ids.Machine(machine), policy, request.Pin, edit is null ? null : Ids.Parse(edit));
    }

    private static async Task<IResult> ReadPolicyAsync(MachineRequest request, string machine)
    {
        var policy = await request.Vault.ReadPolicyAsync(Ids.Machine(machine), request.Aborted);
        return policy is null ? Bodies.Bytes(default) : Bodies.Json(policy, WireJson.Default.StoredPolicy);
    }
}
