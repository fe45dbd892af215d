using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management;

/// <summary>Switches, PINs, approvals and the audit log.</summary>
internal static class SecurityEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        vault.MapGet("/security", Show).Is(UseCases.ShowSettings).Gives<SecurityOverview>();
        vault.MapPatch("/security", ChangeAsync).Is(UseCases.ChangeSettings)
            .Takes<SettingsChangeRequest>().Gives<SecurityOverview>();
        vault.MapPost("/pins", MakePinAsync).Is(UseCases.CreatePin).Takes<PinRequest>().Gives<PinAnswer>();
        vault.MapGet("/approvals", ListApprovals).Is(UseCases.ListApprovals).Gives<Page<ApprovalItem>>();
        vault.MapPost("/approvals/{request}/approve", Approve).Is(UseCases.Approve).Gives<ApprovalItem>();
        vault.MapPost("/approvals/{request}/deny", Deny).Is(UseCases.Deny).Gives<ApprovalItem>();
        vault.MapGet("/audit", ListAudit).Is(UseCases.ListAudit).Gives<Page<AuditEntry>>();
        vault.MapGet("/audit/verify", VerifyAudit).Is(UseCases.VerifyAudit).Gives<AuditVerdict>();
    }

    private static IResult Show(CallerRequest request) => ETags.Tagged(
        request.Http, request.Vault.Security.Show(), ManagementJson.Default.SecurityOverview);

    private static async Task<IResult> ChangeAsync(CallerRequest request)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.SettingsChangeRequest, DataLimits.SmallBytes);
        var seen = request.Vault.Security.Show();
        if (!ETags.Matches(request.Http, seen, ManagementJson.Default.SecurityOverview))
            throw FaultException.Refused("settings.changed",
                "Somebody has changed the switches meanwhile.", "Look at them again, and decide anew.");
        var changed = request.Vault.Security.Change(seen.Settings, asked, request.Pin);
        return ETags.Tagged(request.Http, changed, ManagementJson.Default.SecurityOverview);
    }

    private static async Task<IResult> MakePinAsync(CallerRequest request)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.PinRequest, DataLimits.SmallBytes);
        return Bodies.Json(request.Vault.Security.MakePin(asked), ManagementJson.Default.PinAnswer);
    }

    private static IResult ListApprovals(CallerRequest request) =>
        Bodies.Json(request.Vault.Security.ListApprovals(), ManagementJson.Default.PageApprovalItem);

    private static IResult Approve(CallerRequest asker, string request) => Bodies.Json(
        asker.Vault.Security.Decide(Ids.Parse(request), isApproved: true), ManagementJson.Default.ApprovalItem);

    private static IResult Deny(CallerRequest asker, string request) => Bodies.Json(
        asker.Vault.Security.Decide(Ids.Parse(request), isApproved: false), ManagementJson.Default.ApprovalItem);

    private static IResult ListAudit(CallerRequest request, string? after, int? limit) =>
        Bodies.Json(request.Vault.Security.ListAudit(after, limit), ManagementJson.Default.PageAuditEntry);

    private static IResult VerifyAudit(CallerRequest request, long? number, string? hash)
    {
        AuditHead? known = number is { } noted && hash is { } text ? new AuditHead(noted, text) : null;
        return Bodies.Json(request.Vault.Security.VerifyAudit(known), ManagementJson.Default.AuditVerdict);
    }
}
