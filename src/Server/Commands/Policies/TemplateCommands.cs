using System.CommandLine;
using System.Text;
using Coffer.Contracts.Management;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Policies.Wording;
using Coffer.Format.Policies;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary><c>coffer-vault policy template</c>: schedules and retention under names. Alone it lists them.</summary>
internal static class TemplateCommands
{
    public static Argument<string> Argument() => new("NAME") { Description = "The template's name" };

    public static Command Noun()
    {
        var noun = ConsoleVerb.Of("template", "Schedules and retention rules for many servers", ListAsync,
            "coffer-vault policy template --data /srv/vault");
        noun.Add(ConsoleVerb.Of("list", "List the templates", ListAsync,
            "coffer-vault policy template list --data /srv/vault"));
        noun.Add(new TemplateSetCommand());
        noun.Add(new TemplateApplyCommand());
        noun.Add(ConsoleVerb.Of("delete", "Delete a template; servers that have it keep their policies", Argument(),
            DeleteAsync, "coffer-vault policy template delete gold --data /srv/vault"));
        return noun;
    }

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var templates = await vault.GetAsync("/policies/templates", ManagementJson.Default.PagePolicyTemplate);
        var table = new TextTable("NAME", "SCHEDULE", "RETENTION");
        foreach (var template in templates.Items)
        {
            vault.Report.Event("template", template, ManagementJson.Default.PolicyTemplate);
            byte[] members = Encoding.UTF8.GetBytes(template.Json);
            var parts = PolicyMembers.PartsOf(members, "a template");
            var policy = PolicyMembers.Apply(
                ProtectionPolicy.Empty("each server's own time zone"), members, "a template");
            table.Add(
                template.Name, parts.Contains(PolicyPart.Schedule) ? PolicyWords.Of(policy.Schedule) : "",
                parts.Contains(PolicyPart.Retention) ? PolicyWords.Of(policy.Retention) : "");
        }
        table.Print(vault.Report, "There is no template. `coffer-vault policy template set NAME` makes one.");
        return vault.Report.Done(json => json.WriteNumber("templates"u8, templates.Items.Count));
    }

    private static async Task<int> DeleteAsync(VaultConsole vault, string name)
    {
        await vault.SendAsync(HttpMethod.Delete, $"/policies/templates/{Uri.EscapeDataString(name)}");
        vault.Report.Line($"The template {name} is deleted; servers that have it keep their policies.");
        return vault.Report.Done();
    }
}
