using System.CommandLine;

namespace Coffer.Cli.Shell.Parsing;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    public static Option<string?> Home { get; } = new("--home")
    {
        Description = "Where this machine keeps settings, keys and cache (else COFFER_HOME)",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "One JSON object a line; the last line is the result",
        Recursive = true,
    };

    public static Option<string?> Vault { get; } = new("--vault")
    {
        Description = "The vault's folder, where it is not the one that this machine is registered in",
        HelpName = "FOLDER",
    };

    public static Option<string?> Credentials { get; } = new("--credentials")
    {
        Description = "Read another server's points: the credentials file of the vault that has them",
        HelpName = "FILE",
    };

    public static Option<string?> Server { get; } = new("--server")
    {
        Description = "Whose points, by name or id: of a server that shares its keyspace with this one; with"
            + " --credentials of any, and its passphrase is asked for",
        HelpName = "NAME",
    };

    public static Option<string?> PassphraseFile { get; } = new("--passphrase-file")
    {
        Description = "Read the passphrase from this file; - is standard input",
        HelpName = "FILE",
    };

    public static Option<string?> PinFile { get; } = new("--pin-file")
    {
        Description = "Read the security PIN that a served vault wants from this file; - is standard input",
        HelpName = "FILE",
    };

    public static Option<string?> Confirm { get; } = new("--confirm")
    {
        Description = "Instead of typing it when asked: the name of what will be lost, exactly",
        HelpName = "NAME",
    };

    public static Option<string> Point { get; } = new("--point")
    {
        Description = "The recovery point: an id, the beginning of one, or latest",
        HelpName = "ID",
        DefaultValueFactory = static _ => "latest",
    };

    public static Option<bool> Local { get; } = new("--local")
    {
        Description = "The local points: snapshots that stay on this machine; needs no vault and no passphrase",
    };

    public static Option<string?> At { get; } = new("--at")
    {
        Description = "The newest point at or before this time: 2026-03-01, '2026-03-01 12:00'",
        HelpName = "TIME",
    };
}
