using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary><c>coffer-vault token create NAME</c>.</summary>
internal sealed class TokenCreateCommand : ConsoleCommand
{
    private const int DefaultDays = 90;

    private readonly Argument<string> _name = new("NAME") { Description = "What it is for" };

    private readonly Option<string> _may = new("--may")
    {
        Description = "Permissions: view-items, view-jobs, create-credentials, back-up-now, read-audit and more",
        HelpName = "PERMISSION,…",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<string> _pins = new("--pins")
    {
        Description = "Operations that it makes security PINs for; needs --server",
        HelpName = "OPERATION,…",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<string[]> _servers = new("--server")
    {
        Description = "Only for this server; may be given several times",
        HelpName = "SERVER",
    };

    private readonly Option<int> _days = new("--days")
    {
        Description = "How long it is valid, at most 366",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultDays,
    };

    public TokenCreateCommand()
        : base("create", "Make an API token; its text is shown once",
            "coffer-vault token create monitoring --may view-items,view-jobs --data /srv/vault",
            "coffer-vault token create installer --may create-credentials --days 30 --data /srv/vault")
    {
        Add(_name);
        foreach (var option in new Option[] { _may, _pins, _servers, _days }) Options.Add(option);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var servers = new List<MachineId>();
        foreach (string named in parsed.GetValue(_servers) ?? [])
            servers.Add((await Named.ServerAsync(vault, named)).Id);
        var scope = new TokenScopeRequest(
            parsed.GetValue(_name)!, Words.ParseAll<Permission>(parsed.GetValue(_may)!),
            Words.ParseAll<CriticalOperation>(parsed.GetValue(_pins)!), servers.Count == 0 ? null : servers,
            TimeOf(parsed).GetUtcNow().AddDays(Math.Clamp(parsed.GetValue(_days), 0, 10_000)));
        var made = await vault.SendAsync(
            HttpMethod.Post, "/tokens", scope, ManagementJson.Default.TokenScopeRequest,
            ManagementJson.Default.TokenMade);
        vault.Report.Line(made.Text);
        vault.Report.Line($"Shown once; valid until {Words.Time(made.Token.Ends)}, as `Authorization: Bearer TOKEN`.");
        return vault.Report.Done(made, ManagementJson.Default.TokenMade);
    }
}
