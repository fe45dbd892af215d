using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>Protected servers, and machines that ask to go on as one or to join one's keyspace.</summary>
internal static class ServerEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/servers", List).Is(UseCases.ListServers).Gives<Page<ProtectedServer>>();
        var server = vault.MapGroup("/servers/{machine}");
        server.MapGet("/", Show).Is(UseCases.ShowServer).Gives<ProtectedServer>();
        server.MapGet("/policy", ShowPolicy).Is(UseCases.ShowPolicy).Gives<PolicyItemView>();
        server.MapPost("/unregister", UnregisterAsync).Is(UseCases.Unregister).Takes<UnregisterRequest>();
        server.MapPost("/revoke", Revoke).Is(UseCases.Revoke);
        server.MapPut("/quota", SetQuotaAsync).Is(UseCases.SetQuota)
            .Takes<QuotaRequest>().Gives<ProtectedServer>();
        server.MapPut("/tags", SetTagsAsync).Is(UseCases.SetTags).Takes<TagsRequest>().Gives<ProtectedServer>();
        server.MapPost("/distrust", DistrustAsync).Is(UseCases.Distrust)
            .Takes<DistrustRequest>().Gives<ProtectedServer>();
        server.MapPost("/trust", Trust).Is(UseCases.Trust).Gives<ProtectedServer>();
        vault.MapGet("/joins", ListJoins).Is(UseCases.ListJoins).Gives<Page<JoinItem>>();
        vault.MapPost("/joins/{key}/approve", ApproveJoin).Is(UseCases.ApproveJoin);
        vault.MapPost("/joins/{key}/deny", DenyJoin).Is(UseCases.DenyJoin);
        vault.MapGet("/adoptions", ListAdoptions).Is(UseCases.ListAdoptions).Gives<Page<AdoptionItem>>();
        vault.MapPost("/adoptions/{machine}/approve", ApproveAsync).Is(UseCases.ApproveAdoption)
            .Takes<AdoptionDecision>();
        vault.MapPost("/adoptions/{machine}/deny", Deny).Is(UseCases.DenyAdoption);
    }

    private static IResult List(CallerRequest request, string? after, int? limit) => Bodies.Json(
        request.Vault.Servers.List(after, limit), ManagementJson.Default.PageProtectedServer);

    private static IResult Show(CallerRequest request, string machine) => ETags.Tagged(
        request.Http, request.Vault.Servers.Show(Ids.Machine(machine)), ManagementJson.Default.ProtectedServer);

    private static IResult ShowPolicy(CallerRequest request, string machine) =>
        request.Vault.Servers.ShowPolicy(Ids.Machine(machine)) is { } policy
            ? ETags.Tagged(request.Http, policy, ManagementJson.Default.PolicyItemView)
            : TypedResults.NoContent();

    private static async Task UnregisterAsync(CallerRequest request, string machine)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.UnregisterRequest, DataLimits.SmallBytes);
        request.Vault.Servers.Unregister(Ids.Machine(machine), asked, request.Pin);
    }

    private static void Revoke(CallerRequest request, string machine) =>
        request.Vault.Servers.Revoke(Ids.Machine(machine));

    private static async Task<IResult> SetQuotaAsync(CallerRequest request, string machine)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.QuotaRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Servers.SetQuota(Ids.Machine(machine), asked), ManagementJson.Default.ProtectedServer);
    }

    private static async Task<IResult> SetTagsAsync(CallerRequest request, string machine)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.TagsRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Servers.SetTags(Ids.Machine(machine), asked), ManagementJson.Default.ProtectedServer);
    }

    private static async Task<IResult> DistrustAsync(CallerRequest request, string machine)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.DistrustRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Servers.Distrust(Ids.Machine(machine), asked), ManagementJson.Default.ProtectedServer);
    }

    private static IResult Trust(CallerRequest request, string machine) => Bodies.Json(
        request.Vault.Servers.Trust(Ids.Machine(machine)), ManagementJson.Default.ProtectedServer);

    private static IResult ListJoins(CallerRequest request) =>
        Bodies.Json(request.Vault.Servers.ListJoins(), ManagementJson.Default.PageJoinItem);

    private static void ApproveJoin(CallerRequest request, string key) =>
        request.Vault.Servers.DecideJoin(key, isApproved: true);

    private static void DenyJoin(CallerRequest request, string key) =>
        request.Vault.Servers.DecideJoin(key, isApproved: false);

    private static IResult ListAdoptions(CallerRequest request) =>
        Bodies.Json(request.Vault.Servers.ListAdoptions(), ManagementJson.Default.PageAdoptionItem);

    private static async Task ApproveAsync(CallerRequest request, string machine)
    {
        var decision = await request.Http.ReadAsync(ManagementJson.Default.AdoptionDecision, DataLimits.SmallBytes);
        request.Vault.Servers.DecideAdoption(Ids.Machine(machine), isApproved: true, decision);
    }

    private static void Deny(CallerRequest request, string machine) =>
        request.Vault.Servers.DecideAdoption(Ids.Machine(machine), isApproved: false, new AdoptionDecision(""));
}
