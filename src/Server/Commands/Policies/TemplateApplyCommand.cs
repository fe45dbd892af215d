using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary><c>coffer-vault policy template apply NAME</c>: edits the policies of several servers alike.</summary>
internal sealed class TemplateApplyCommand : ConsoleCommand
{
    private readonly Argument<string> _name = TemplateCommands.Argument();
    private readonly Option<bool> _preview = EditConsent.Preview();
    private readonly Option<bool> _yes = EditConsent.Yes();
    private readonly Option<bool> _all = new("--all") { Description = "To every registered server" };
    private readonly Option<string?> _confirm =
        Confirmation.Option("the template's name, where protection gets weaker");

    private readonly Option<string?> _tag = new("--tag")
    {
        Description = "To every registered server that has this tag (`server tag`)",
        HelpName = "TAG",
    };

    private readonly Option<string[]> _servers = new("--server")
    {
        Description = "To this one; may be given several times",
        HelpName = "SERVER",
    };

    public TemplateApplyCommand()
        : base("apply", "Give a template to servers: shows what would change for each, then edits their policies",
            "coffer-vault policy template apply gold --all --preview --data /srv/vault",
            "coffer-vault policy template apply gold --tag laptop --data /srv/vault",
            "coffer-vault policy template apply gold --server web1 --server web2 --data /srv/vault")
    {
        Add(_name);
        foreach (var option in (Option[])[_servers, _tag, _all, _preview, _yes, _confirm]) Options.Add(option);
        Validators.Add(result =>
        {
            int given = (result.GetValue(_all) ? 1 : 0) + (result.GetValue(_tag) is not null ? 1 : 0)
                + (result.GetValue(_servers) is { Length: > 0 } ? 1 : 0);
            if (given != 1)
                result.AddError("Give --server, once or several times, --tag, or --all.");
        });
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        string name = parsed.GetValue(_name)!;
        var templates = await vault.GetAsync("/policies/templates", ManagementJson.Default.PagePolicyTemplate);
        var template = templates.Items.FirstOrDefault(each => each.Name == name) ?? throw FaultException.Usage(
            "template.unknown", $"There is no template '{name}'.", "`coffer-vault policy template` lists them.");
        var request = new PolicyEditRequest(template.Json);
        var (previews, left) = await PreviewAsync(vault, await ServersAsync(vault, parsed), request);
        if (parsed.GetValue(_preview) || previews.Count == 0) return Done(vault.Report, 0, left);
        EditConsent.Require(
            vault.Report, previews.Exists(preview => preview.Weakens.Count > 0), name, parsed.GetValue(_yes),
            parsed.GetValue(_confirm));
        foreach (var preview in previews)
        {
            var edit = await EditSteps.MakeAsync(vault, preview, request);
            vault.Report.Event("edit", edit, ManagementJson.Default.PolicyEditItem);
        }
        vault.Report.Line($"{Words.Count(previews.Count, "policy edit")} made; `coffer-vault policy edits` tells what"
            + " comes of them.");
        return Done(vault.Report, previews.Count, left);
    }

    private async Task<List<ProtectedServer>> ServersAsync(VaultConsole vault, ParseResult parsed)
    {
        string? tag = parsed.GetValue(_tag);
        if (tag is not null || parsed.GetValue(_all))
        {
            var all = await vault.ListAsync("/servers", ManagementJson.Default.PageProtectedServer);
            var meant = all.FindAll(server =>
                server.State == ServerState.Registered && (tag is null || server.Tags.Contains(tag)));
            return tag is null || meant.Count > 0
                ? meant
                : throw FaultException.Usage("server.tag", $"No registered server has the tag '{tag}'.",
                    "`coffer-vault server list` shows which have which.");
        }
        var servers = new List<ProtectedServer>();
        foreach (string named in parsed.GetValue(_servers)!) servers.Add(await Named.ServerAsync(vault, named));
        return servers;
    }

    // One server that it does not fit does not keep it from the others.
    private static async Task<(List<PolicyEditPreview> Previews, int Left)> PreviewAsync(
        VaultConsole vault, List<ProtectedServer> servers, PolicyEditRequest request)
    {
        var previews = new List<PolicyEditPreview>();
        int left = 0;
        foreach (var server in servers)
        {
            try
            {
                var preview = await EditSteps.PreviewAsync(vault, server, request);
                EditSteps.Print(vault.Report, preview);
                previews.Add(preview);
            }
            catch (FaultException e) when (e.Fault.Code is "edit.nothing")
            {
                vault.Report.Line($"{server.Name}: has it already");
            }
            catch (FaultException e) when (e.Fault.Code is "edit.no-policy" or "policy.wrong" or "policy.minimum")
            {
                left++;
                vault.Report.Line($"{server.Name}: left as it is. {e.Fault.Message} [{e.Fault.Code}]");
            }
        }
        return (previews, left);
    }

    private static int Done(Report report, int made, int left) => report.Done(
        json =>
        {
            json.WriteNumber("edits"u8, made);
            json.WriteNumber("left"u8, left);
        },
        isWhole: left == 0);
}
