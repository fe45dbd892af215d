using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.Domain.Passphrases;
using Coffer.Sealing;

namespace Coffer.Cli.Compose.Inputs;

/// <summary>The passphrase of a machine that registers: the one that was given, or one that is made.</summary>
internal static class NewPassphrase
{
    /// <summary>Checked, and on disk where it was made here, before anything depends on it.</summary>
    public static (string Passphrase, bool IsMade) Take(Invocation invocation)
    {
        if (invocation.ChosenPassphrase is { } chosen) return (chosen, false);
        string? file = invocation.Value(SharedOptions.PassphraseFile);
        if (file is not null)
        {
            string given = PassphraseInput.FromFile(file);
            return PassphraseRules.Broken(given) is { } fault ? throw new FaultException(fault) : (given, false);
        }

        // Left by a first use that was cut off before it was through.
        string? made = invocation.Home.ReadPassphrase();
        if (made is not null) return (made, true);
        made = PassphraseGenerator.Generate();
        invocation.Home.WritePassphrase(made);
        return (made, true);
    }
}
