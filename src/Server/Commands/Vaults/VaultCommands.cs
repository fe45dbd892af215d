using System.CommandLine;

namespace Coffer.Server.Commands.Vaults;

/// <summary><c>coffer-vault vault …</c>: the vaults that one service keeps. Alone it lists them.</summary>
internal static class VaultCommands
{
    public static Command Noun() => new VaultListCommand(
        "vault", new VaultListCommand("list"), new VaultCreateCommand(), new VaultDeleteCommand());
}
