using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary>An edit of one server's policy, step by step: what it would change, and then the edit.</summary>
internal static class EditSteps
{
    public static Task<PolicyEditPreview> PreviewAsync(
        VaultConsole vault, ProtectedServer server, PolicyEditRequest request) => vault.SendAsync(
            HttpMethod.Post, $"/servers/{server.Id}/policy/edit/preview", request,
            ManagementJson.Default.PolicyEditRequest, ManagementJson.Default.PolicyEditPreview);

    public static void Print(Report report, PolicyEditPreview preview)
    {
        report.Event("preview", preview, ManagementJson.Default.PolicyEditPreview);
        report.Line($"{preview.ServerName} ({Words.Short($"{preview.Server}")}), policy version {preview.Version}");
        Change(report, "Schedule ", preview.ScheduleNow, preview.ScheduleThen);
        Change(report, "Retention", preview.RetentionNow, preview.RetentionThen);
        foreach (var weakness in preview.Weakens)
            report.Line($"  ! {Words.Of(weakness.Kind)}{(weakness.Subject.Length > 0 ? ": " : "")}{weakness.Subject}");
        foreach (var item in preview.Items)
            report.Line($"  {item.Label}: of {Words.Count(item.Points, "point")} {item.GoAtOnce} go at once,"
                + $" {item.GoSooner} go sooner, {item.StayLonger} stay longer");
    }

    /// <summary>Made for just what was shown: a policy that has changed since is not edited unseen.</summary>
    public static async Task<PolicyEditItem> MakeAsync(
        VaultConsole vault, PolicyEditPreview preview, PolicyEditRequest request)
    {
        string? pin = preview.PinFor is { } operation
            ? await vault.PinAsync(operation, preview.Server, preview.Object)
            : null;
        return await vault.SendAsync(
            HttpMethod.Put, $"/servers/{preview.Server}/policy/edit",
            request with { BasedOn = preview.Version },
            ManagementJson.Default.PolicyEditRequest, ManagementJson.Default.PolicyEditItem, pin);
    }

    private static void Change(Report report, string what, string now, string then)
    {
        if (now == then) return;
        report.Line($"  {what}  {now}");
        report.Line($"  {"then".PadLeft(what.Length)}  {then}");
    }
}
