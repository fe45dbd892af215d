using System.CommandLine;
using Coffer.Agent.Registration;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Sealing;

namespace Coffer.Cli.Commands.Passphrases;

/// <summary>
/// <c>coffer passphrase change</c>: needs no old passphrase on the machine that is registered, sends no data again.
/// </summary>
internal sealed class PassphraseChangeCommand : CofferCommand
{
    private readonly Option<string?> _newFile = new("--new-passphrase-file")
    {
        Description = "Read the new passphrase from this file; - is standard input",
        HelpName = "FILE",
    };

    private readonly Option<bool> _generate = new("--generate")
    {
        Description = "Make the new passphrase and keep it in the home, until you move it elsewhere",
    };

    public PassphraseChangeCommand()
        : base("change", "Give this machine's data another passphrase; nothing is sent again",
            "coffer passphrase change",
            "coffer passphrase change --new-passphrase-file new.txt",
            "coffer passphrase change --generate",
            "coffer passphrase change --generate --pin-file -      # a served vault wants a security PIN")
    {
        Add(_newFile);
        Add(_generate);
        Add(SharedOptions.PinFile);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        bool isGenerated = invocation.Value(_generate);
        string passphrase = isGenerated
            ? PassphraseGenerator.Generate()
            : PassphraseInput.ReadNew(invocation, invocation.Value(_newFile));
        await PinInput.AskedAsync(invocation, async pin =>
        {
            await using var opened = await OpenedVault.ForWritingAsync(
                invocation, machine, "coffer passphrase change", pin);

            // Where it is open to others this fails: now, not once the change is made.
            _ = invocation.Home.ReadPassphrase();

            // Saved before it counts: a passphrase that nobody has must never be the one in force.
            if (isGenerated) passphrase = invocation.Home.StagePassphrase(passphrase);
            await PassphraseChange.RunAsync(
                opened.Vault, opened.Keys, passphrase, invocation.Time, invocation.Cancellation);
            return true;
        });
        string? old = invocation.Home.SettlePassphrase(
            isGenerated ? passphrase : null, invocation.Time.GetUtcNow());
        Tell(invocation, isGenerated, old);
        return new Outcome(ExitCode.Completed, json =>
        {
            if (isGenerated) json.WriteString("passphraseFile"u8, invocation.Home.PassphraseFile);
            if (old is not null) json.WriteString("oldPassphraseFile"u8, old);
        });
    }

    private static void Tell(Invocation invocation, bool isGenerated, string? old)
    {
        var printer = invocation.Printer;
        printer.Line("The passphrase is changed. All points open with the new one from now on.");
        if (isGenerated) PassphraseWords.Saved(printer, invocation.Home.PassphraseFile);
        printer.Line("What was stored until now keeps its key in the old wrapping, too: with the old");
        printer.Line("passphrase a copy of the vault, or an old pack of it, still opens what was there.");
        if (old is not null) printer.Line($"The old passphrase, which lay here, lies in {old} now: move or delete it.");
    }
}
