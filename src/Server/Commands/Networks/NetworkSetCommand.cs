using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Networks;

/// <summary><c>coffer-vault network set NETWORK…</c>: answers these and nobody else, from now on.</summary>
internal sealed class NetworkSetCommand : ConsoleCommand
{
    private const string Any = "any";

    private readonly Argument<string[]> _networks = new("NETWORK")
    {
        Description = "10.1.0.0/16, 192.0.2.7, 2001:db8::/32, …; or any",
        Arity = ArgumentArity.OneOrMore,
    };

    public NetworkSetCommand()
        : base("set", "Answer these networks and no other, machines and people alike; or any",
            "coffer-vault network set 10.1.0.0/16 2001:db8:7::/48 --data /srv/vault",
            "coffer-vault network set any --data /srv/vault")
    {
        Add(_networks);
        Validators.Add(result =>
        {
            if (result.GetValue(_networks) is { Length: > 1 } several && several.Contains(Any))
                result.AddError("`any` stands alone.");
        });
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        string[] given = parsed.GetValue(_networks)!;
        var view = await vault.SendAsync(
            HttpMethod.Put, "/networks", new NetworksRequest(given is [Any] ? [] : given),
            ManagementJson.Default.NetworksRequest, ManagementJson.Default.NetworksView);
        return NetworkCommands.Print(vault.Report, view);
    }
}
