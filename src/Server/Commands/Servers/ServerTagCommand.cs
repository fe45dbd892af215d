using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Servers;

/// <summary><c>coffer-vault server tag SERVER</c>: what else people call a server by.</summary>
internal sealed class ServerTagCommand : ConsoleCommand
{
    private readonly Argument<string> _server = ServerCommands.Argument();

    private readonly Option<string[]> _add = new("--add")
    {
        Description = "A tag more; may be given several times",
        HelpName = "TAG",
    };

    private readonly Option<string[]> _remove = new("--remove")
    {
        Description = "A tag less; may be given several times",
        HelpName = "TAG",
    };

    public ServerTagCommand()
        : base("tag", "Give a server tags, by which templates find it; without options, show them",
            "coffer-vault server tag web1 --add laptop --add site-2 --data /srv/vault",
            "coffer-vault server tag web1 --remove laptop --data /srv/vault")
    {
        Add(_server);
        Options.Add(_add);
        Options.Add(_remove);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        string[] added = parsed.GetValue(_add) ?? [], removed = parsed.GetValue(_remove) ?? [];
        if (added.Length + removed.Length > 0)
            server = await vault.SendAsync(
                HttpMethod.Put, $"/servers/{server.Id}/tags",
                new TagsRequest([.. server.Tags.Union(added).Except(removed)]),
                ManagementJson.Default.TagsRequest, ManagementJson.Default.ProtectedServer);
        vault.Report.Line(server.Tags.Count > 0
            ? $"{server.Name}: {string.Join(' ', server.Tags)}"
            : $"{server.Name} has no tag.");
        return vault.Report.Done(server, ManagementJson.Default.ProtectedServer);
    }
}
