using Coffer.Contracts.Management;
using Coffer.Server.Data;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Server.Management.Policies;

/// <summary>Edits of policies, templates, and backups that are asked for.</summary>
internal static class PolicyEndpoints
{
    public static void Map(IEndpointRouteBuilder vault)
    {
        var edit = vault.MapGroup("/servers/{machine}/policy/edit");
        edit.MapPut("/", EditAsync).Is(UseCases.EditPolicy).Takes<PolicyEditRequest>().Gives<PolicyEditItem>();
        edit.MapPost("/preview", PreviewAsync).Is(UseCases.PreviewPolicyEdit)
            .Takes<PolicyEditRequest>().Gives<PolicyEditPreview>();
        edit.MapDelete("/", Cancel).Is(UseCases.CancelPolicyEdit);
        vault.MapGet("/policies/edits", ListEdits).Is(UseCases.ListPolicyEdits).Gives<Page<PolicyEditItem>>();
        vault.MapGet("/policies/templates", ListTemplates).Is(UseCases.ListTemplates).Gives<Page<PolicyTemplate>>();
        var template = vault.MapGroup("/policies/templates/{name}");
        template.MapPut("/", SetTemplateAsync).Is(UseCases.SetTemplate)
            .Takes<PolicyTemplateRequest>().Gives<PolicyTemplate>();
        template.MapDelete("/", DeleteTemplate).Is(UseCases.DeleteTemplate);
        vault.MapPost("/servers/{machine}/backup", AskBackupAsync).Is(UseCases.AskBackup)
            .Takes<BackupAsk>().Gives<BackupAskItem>();
        vault.MapGet("/backups/asked", ListAsked).Is(UseCases.ListAskedBackups).Gives<Page<BackupAskItem>>();
    }

    private static async Task<IResult> PreviewAsync(CallerRequest request, string machine) => Bodies.Json(
        request.Vault.Policies.Preview(Ids.Machine(machine), await ReadEditAsync(request)),
        ManagementJson.Default.PolicyEditPreview);

    private static async Task<IResult> EditAsync(CallerRequest request, string machine) => Bodies.Json(
        request.Vault.Policies.Edit(Ids.Machine(machine), await ReadEditAsync(request), request.Pin),
        ManagementJson.Default.PolicyEditItem);

    private static void Cancel(CallerRequest request, string machine) =>
        request.Vault.Policies.CancelEdit(Ids.Machine(machine));

    private static IResult ListEdits(CallerRequest request, string? after, int? limit) => Bodies.Json(
        request.Vault.Policies.ListEdits(after, limit), ManagementJson.Default.PagePolicyEditItem);

    private static IResult ListTemplates(CallerRequest request) => Bodies.Json(
        request.Vault.Policies.ListTemplates(), ManagementJson.Default.PagePolicyTemplate);

    private static async Task<IResult> SetTemplateAsync(CallerRequest request, string name)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.PolicyTemplateRequest, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Policies.SetTemplate(name, asked), ManagementJson.Default.PolicyTemplate);
    }

    private static void DeleteTemplate(CallerRequest request, string name) =>
        request.Vault.Policies.DeleteTemplate(name);

    private static async Task<IResult> AskBackupAsync(CallerRequest request, string machine)
    {
        var asked = await request.Http.ReadAsync(ManagementJson.Default.BackupAsk, DataLimits.SmallBytes);
        return Bodies.Json(
            request.Vault.Policies.AskBackup(Ids.Machine(machine), asked), ManagementJson.Default.BackupAskItem);
    }

    private static IResult ListAsked(CallerRequest request, string? after, int? limit) => Bodies.Json(
        request.Vault.Policies.ListAskedBackups(after, limit), ManagementJson.Default.PageBackupAskItem);

    private static Task<PolicyEditRequest> ReadEditAsync(CallerRequest request) =>
        request.Http.ReadAsync(ManagementJson.Default.PolicyEditRequest, DataLimits.PolicyBytes);
}
