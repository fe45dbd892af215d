using System.CommandLine;

namespace Coffer.Server.Commands.Vaults;

/// <summary><c>coffer-vault vault …</c>: the vaults that one service keeps.</summary>
internal static class VaultCommands
{
    public static Command Noun() => new("vault", "The vaults that the service keeps; the first is called default")
    {
        new VaultListCommand(),
        new VaultCreateCommand(),
        new VaultDeleteCommand(),
    };
}
