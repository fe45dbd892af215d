using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Passphrases;

/// <summary><c>coffer passphrase</c>: its verbs; on its own it says whether the passphrase is the right one.</summary>
internal sealed class PassphraseCommand : CofferCommand
{
    private readonly PassphraseValidateCommand _validate = new();

    public PassphraseCommand()
        : base("passphrase", "Make, check or change the passphrase that opens the backups",
            "coffer passphrase generate",
            "coffer passphrase validate --passphrase-file FILE",
            "coffer passphrase change")
    {
        Add(new PassphraseGenerateCommand());
        Add(_validate);
        Add(new PassphraseChangeCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => _validate.RunAsync(invocation);
}
