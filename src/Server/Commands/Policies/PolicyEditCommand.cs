using System.CommandLine;
using System.Text;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;
using Coffer.Format.Policies;
using Coffer.Server.Commands.Servers;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Policies;

/// <summary><c>coffer-vault policy edit SERVER</c>: edits the policy of one server.</summary>
internal sealed class PolicyEditCommand : ConsoleCommand
{
    private const int MaxFileBytes = 512 << 10;

    private readonly Argument<string> _server = ServerCommands.Argument();
    private readonly PolicyGiven _given = new();
    private readonly Option<bool> _preview = EditConsent.Preview();
    private readonly Option<bool> _yes = EditConsent.Yes();
    private readonly Option<string?> _confirm = Confirmation.Option("the server's name, where protection gets weaker");

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Take schedule, retention, items, exclusions, … from this JSON instead",
        HelpName = "FILE",
    };

    public PolicyEditCommand()
        : base("edit", "Edit a server's policy; it takes it as far as its own administrator allows",
            "coffer-vault policy edit web1 --daily 60 --preview --data /srv/vault",
            "coffer-vault policy edit web1 --at 06:00,18:00 --yes --data /srv/vault",
            "coffer-vault policy edit web1 --daily 14 --confirm web1 --data /srv/vault      # weaker: its name typed")
    {
        Add(_server);
        _given.AddTo(this);
        foreach (var option in (Option[])[_from, _preview, _yes, _confirm]) Options.Add(option);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        var request = new PolicyEditRequest(Encoding.UTF8.GetString(
            parsed.GetValue(_from) is { } file ? Read(file) : await GivenAsync(vault, server, parsed)));
        var preview = await EditSteps.PreviewAsync(vault, server, request);
        EditSteps.Print(vault.Report, preview);
        if (parsed.GetValue(_preview)) return vault.Report.Done();
        EditConsent.Require(
            vault.Report, preview.Weakens.Count > 0, server.Name, parsed.GetValue(_yes), parsed.GetValue(_confirm));
        var edit = await EditSteps.MakeAsync(vault, preview, request);
        vault.Report.Line($"The agent of {server.Name} comes for it once a minute;"
            + " `coffer-vault policy edits` tells what came of it.");
        return vault.Report.Done(edit, ManagementJson.Default.PolicyEditItem);
    }

    private async Task<byte[]> GivenAsync(VaultConsole vault, ProtectedServer server, ParseResult parsed)
    {
        var policy = await vault.FindAsync(
            $"/servers/{server.Id}/policy", ManagementJson.Default.PolicyItemView)
            ?? throw FaultException.Refused("edit.no-policy", $"{server.Name} has no policy yet.",
                "What is protected begins on the server: `coffer protect FOLDER`.");
        return _given.MembersOf(parsed, PolicyCodec.Decode(Encoding.UTF8.GetBytes(policy.Json), "the policy"));
    }

    private static byte[] Read(string file) => GivenFile.Read(file, MaxFileBytes)
        ?? throw FaultException.Usage("edit.file", $"The file {file} does not exist.", "Check its path.");
}
