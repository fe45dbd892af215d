using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Agent.Registration;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.Domain.Passphrases;

namespace Coffer.Cli.Commands.Passphrases;

/// <summary>
/// <c>coffer passphrase validate</c>: whether a passphrase keeps the rules and opens this machine's data.
/// </summary>
internal sealed class PassphraseValidateCommand : CofferCommand
{
    private readonly Option<bool> _standalone = new("--standalone")
    {
        Description = "Check the rules only; no vault is asked",
    };

    public PassphraseValidateCommand()
        : base("validate", "Say whether a passphrase is the right one",
            "coffer passphrase validate",
            "coffer passphrase validate --standalone --passphrase-file new.txt")
    {
        Add(_standalone);
        Add(SharedOptions.Vault);
        Add(SharedOptions.PassphraseFile);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string passphrase = PassphraseInput.Read(invocation, "Passphrase to check: ");
        if (PassphraseRules.Broken(passphrase) is { } fault) throw new FaultException(fault);
        if (invocation.Value(_standalone))
        {
            invocation.Printer.Line("The passphrase keeps the rules. Whether it is the right one was not asked.");
            return Outcome.Completed;
        }

        var machine = invocation.Home.ReadMachine();
        await using var vault = invocation.Value(SharedOptions.Vault) is { } named
            ? await Vaults.OpenForReadingAsync(invocation, Path.GetFullPath(named), "coffer passphrase")
            : await Vaults.ForReadingAsync(
                invocation, machine ?? throw OpenedVault.Unregistered(), "coffer passphrase");
        using var keys = machine?.Vault == vault.Description.Id
            ? await KeyOpening.OpenAsync(vault, machine.Keyspace, passphrase, invocation.Cancellation)
            : await KeyOpening.OpenAnyAsync(vault, passphrase, invocation.Cancellation);
        invocation.Printer.Line("This is the right passphrase: it opens the data in the vault.");
        return new Outcome(ExitCode.Completed, json => json.WriteString("keyspace"u8, keys.Keyspace.ToString()));
    }
}
