using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>People, their roles, and API tokens.</summary>
internal static class AccountEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/accounts", List).Is(UseCases.ListAccounts).Gives<Page<AccountItem>>();
        vault.MapPost("/accounts", InviteAsync).Is(UseCases.InviteAccount)
            .Takes<InvitationRequest>().Gives<InvitationAnswer>();
        var account = vault.MapGroup("/accounts/{account}");
        account.MapPut("/roles", SetRolesAsync).Is(UseCases.SetRoles).Takes<RolesRequest>().Gives<AccountItem>();
        account.MapPost("/reset", Reset).Is(UseCases.ResetAccount).Gives<InvitationAnswer>();
        account.MapDelete("/", Remove).Is(UseCases.RemoveAccount);
        vault.MapGet("/tokens", ListTokens).Is(UseCases.ListTokens).Gives<Page<TokenItem>>();
        vault.MapPost("/tokens", MakeTokenAsync).Is(UseCases.CreateToken)
            .Takes<TokenScopeRequest>().Gives<TokenMade>();
        vault.MapDelete("/tokens/{token}", RevokeToken).Is(UseCases.RevokeToken);
    }

    private static IResult List(CallerRequest request) =>
        Bodies.Json(request.Vault.Accounts.List(), ManagementJson.Default.PageAccountItem);

    private static async Task<IResult> InviteAsync(CallerRequest request)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.InvitationRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Accounts.Invite(asked), ManagementJson.Default.InvitationAnswer);
    }

    private static async Task<IResult> SetRolesAsync(CallerRequest request, string account)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.RolesRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Accounts.SetRoles(IdOf(account), asked), ManagementJson.Default.AccountItem);
    }

    private static IResult Reset(CallerRequest request, string account) =>
        Bodies.Json(request.Vault.Accounts.Reset(IdOf(account)), ManagementJson.Default.InvitationAnswer);

    private static void Remove(CallerRequest request, string account) =>
        request.Vault.Accounts.Remove(IdOf(account));

    private static IResult ListTokens(CallerRequest request) =>
        Bodies.Json(request.Vault.Accounts.ListTokens(), ManagementJson.Default.PageTokenItem);

    private static async Task<IResult> MakeTokenAsync(CallerRequest request)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.TokenScopeRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Accounts.MakeToken(asked), ManagementJson.Default.TokenMade);
    }

    private static void RevokeToken(CallerRequest request, string token) =>
        request.Vault.Accounts.RevokeToken(Ids.Parse(token));

    private static AccountId IdOf(string text) => new(Ids.Parse(text));
}
