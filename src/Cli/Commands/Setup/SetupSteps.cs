using System.Text;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;
using Coffer.Sealing;

namespace Coffer.Cli.Commands.Setup;

/// <param name="Command">The command line that does the same.</param>
internal sealed record SetupStep(string Command, Func<Task<Outcome>> RunAsync);

/// <summary>What the wizard does, as commands: those that a person would give, and no others.</summary>
internal sealed class SetupSteps(Invocation invocation, SetupAnswers answers)
{
    private readonly List<SetupStep> _steps = [];

    public IReadOnlyList<SetupStep> All()
    {
        var passphrase = answers.Passphrase;
        string[] fromFile = passphrase?.File is { } file ? ["--passphrase-file", file] : [];
        if (passphrase is { IsMade: true }) AddPassphrase(passphrase.File!);
        if (answers.Vault.Credentials is { } credentials) Add(["register", credentials, .. fromFile]);
        bool isNewPolicy = answers.Paths.Count > 0 || answers.Exclusions.Count > 0;
        // A folder's vault is made with the first paths; a machine that is registered may have nothing to add.
        string[] vault = answers.Vault is { Credentials: null, Folder: { } folder } ? ["--vault", folder] : [];
        if (isNewPolicy)
            Add([
                "protect", .. answers.Paths, .. vault, .. answers.Vault.Credentials is null ? fromFile : [],
                .. answers.Exclusions.SelectMany(pattern => (string[])["--exclude", pattern]), "--no-backup",
            ]);
        if (answers.Changes.Count > 0)
            Add(["policy", "set", .. answers.Changes.SelectMany(each => (string[])[each.Key, each.Value])]);
        if (answers.InstallsService) Add(["agent", "install"]);
        if (answers.BacksUp) Add(["backup"]);
        return _steps;
    }

    private void Add(string[] arguments)
    {
        if (invocation.Value(SharedOptions.Home) is { } home) arguments = [.. arguments, "--home", home];
        bool isTyped = answers.Passphrase?.Typed is not null && arguments[0] is "register" or "protect";
        string shown = "coffer " + string.Join(' ', arguments.Select(PathText.AsWord))
            + (isTyped && IsFirstOf(arguments[0]) ? " --passphrase-file FILE" : "");
        _steps.Add(new SetupStep(
            shown, () => CommandShell.RunStepAsync(invocation, arguments, answers.Passphrase?.Typed)));
    }

    // The passphrase is given to the command that registers the machine.
    private bool IsFirstOf(string command) => command == (answers.Vault.Credentials is null ? "protect" : "register");

    private void AddPassphrase(string file) => _steps.Add(new SetupStep(
        $"coffer passphrase generate > {PathText.AsWord(file)}",
        () => CommandShell.GuardAsync(invocation, () =>
        {
            SecretFile.Write(
                file, Encoding.ASCII.GetBytes(PassphraseGenerator.Generate() + "\n"), mayReplace: false);
            return Task.FromResult(Outcome.Completed);
        })));
}
