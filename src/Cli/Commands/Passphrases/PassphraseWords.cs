using Coffer.Cli.Output;

namespace Coffer.Cli.Commands.Passphrases;

/// <summary>What is said, loudly, about a passphrase that this machine made.</summary>
internal static class PassphraseWords
{
    public static void Saved(Printer printer, string file)
    {
        printer.Line();
        printer.Line("*** THE PASSPHRASE ***************************************************************");
        printer.Line($"  saved in   {file}");
        printer.Line("  MOVE IT OFF THIS MACHINE NOW: a password safe, a printed page. If this machine is");
        printer.Line("  lost and the passphrase with it, nobody can open the backups or make a new one.");
        printer.Line("**********************************************************************************");
    }
}
