using Coffer.Cli.Shell;
using Coffer.Sealing;

namespace Coffer.Cli.Commands.Passphrases;

/// <summary><c>coffer passphrase generate</c>: makes one and changes nothing.</summary>
internal sealed class PassphraseGenerateCommand() : CofferCommand(
    "generate", "Make a strong passphrase that is easy to type; nothing is changed",
    "coffer passphrase generate > passphrase.txt")
{
    public override Task<Outcome> RunAsync(Invocation invocation)
    {
        string passphrase = PassphraseGenerator.Generate();
        invocation.Printer.Line(passphrase);
        return Task.FromResult(new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("passphrase"u8, passphrase);
            json.WriteNumber("bits"u8, PassphraseGenerator.Bits);
        }));
    }
}
