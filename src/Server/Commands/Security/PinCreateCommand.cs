using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Server.Commands.Servers;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Security;

/// <summary><c>coffer-vault pin create</c>: makes a PIN for one thing that a machine was refused.</summary>
internal sealed class PinCreateCommand : ConsoleCommand
{
    private readonly Option<string> _operation = new("--for")
    {
        Description = "The operation, as the machine was told: DeleteData, or delete-data",
        HelpName = "OPERATION",
        Required = true,
    };

    private readonly Option<string?> _server = new("--server")
    {
        Description = "Which server may use it; left out: it is about the vault itself",
        HelpName = "SERVER",
    };

    private readonly Option<string> _object = new("--object")
    {
        Description = "What it is about, word for word as the machine was told",
        HelpName = "TEXT",
        Required = true,
    };

    public PinCreateCommand()
        : base("create", "Make a security PIN: valid once, for 5 minutes, for just what is named",
            "coffer-vault pin create --for delete-data --server web1"
            + " --object 'source 4f1c09ab…' --data /srv/vault")
    {
        Options.Add(_operation);
        Options.Add(_server);
        Options.Add(_object);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var operation = Words.Parse<CriticalOperation>(parsed.GetValue(_operation)!);
        MachineId? server = parsed.GetValue(_server) is { } named
            ? (await Named.ServerAsync(vault, named)).Id
            : null;
        var made = await vault.SendAsync(
            HttpMethod.Post, "/pins", new PinRequest(operation, server, parsed.GetValue(_object)!),
            ManagementJson.Default.PinRequest, ManagementJson.Default.PinAnswer);
        vault.Report.Line(made.Pin);
        vault.Report.Line($"Valid once, until {made.ValidUntil.ToLocalTime():HH:mm:ss}, to"
            + $" {OperationWords.Of(operation)}. On that machine: --pin-file FILE, or --pin-file - and type it.");
        return vault.Report.Done(made, ManagementJson.Default.PinAnswer);
    }
}
