using System.CommandLine;
using System.Text;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Policies;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary><c>coffer-vault policy template set NAME</c>: keeps schedule and retention under a name.</summary>
internal sealed class TemplateSetCommand : ConsoleCommand
{
    private readonly Argument<string> _name = TemplateCommands.Argument();
    private readonly PolicyGiven _given = new();

    // A schedule without a time zone keeps that of the server that it is given to.
    private const string EachServersOwn = "";

    public TemplateSetCommand()
        : base("set", "Make a template, or put another in its place; what is not named is the default",
            "coffer-vault policy template set gold --at 06:00,18:00 --daily 60 --yearly 7 --data /srv/vault",
            "coffer-vault policy template set offices --days Mon,Tue,Wed,Thu,Fri --at 12:00 --time-zone Europe/Berlin"
            + " --data /srv/vault")
    {
        Add(_name);
        _given.AddTo(this);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        byte[] members = _given.MembersOf(parsed, ProtectionPolicy.Empty(EachServersOwn));
        var made = await vault.SendAsync(
            HttpMethod.Put, $"/policies/templates/{Uri.EscapeDataString(parsed.GetValue(_name)!)}",
            new PolicyTemplateRequest(Encoding.UTF8.GetString(members)),
            ManagementJson.Default.PolicyTemplateRequest, ManagementJson.Default.PolicyTemplate);
        vault.Report.Line(
            $"The template {made.Name} is kept; `coffer-vault policy template apply` gives it to servers.");
        return vault.Report.Done(made, ManagementJson.Default.PolicyTemplate);
    }
}
