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
        bool isRegistered = invocation.Home.ReadMachine() is not null;
        string[] vault = !isRegistered && answers.Vault.Folder is { } folder ? ["--vault", folder] : [];
        if (isNewPolicy)
            Add([
                "protect", .. answers.Paths, .. vault, .. answers.Vault.Credentials is null ? fromFile : [],
                .. answers.Exclusions.Select(pattern => $"--exclude={pattern}"), "--no-backup",
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
        // What was typed is handed to the command that registers; a person would give it a file.
        string registering = answers.Vault.Credentials is null ? "protect" : "register";
        string? typed = arguments[0] == registering ? answers.Passphrase?.Typed : null;
        string shown = "coffer " + string.Join(' ', arguments.Select(PathText.AsWord))
            + (typed is null ? "" : " --passphrase-file FILE");
        _steps.Add(new SetupStep(shown, () => CommandShell.RunStepAsync(invocation, arguments, typed)));
    }

    private void AddPassphrase(string file) => _steps.Add(new SetupStep(
        $"coffer passphrase generate > {PathText.AsWord(file)}",
        () => CommandShell.GuardAsync(invocation, () =>
        {
            SecretFile.Write(
                file, Encoding.ASCII.GetBytes(PassphraseGenerator.Generate() + "\n"), mayReplace: false);
            return Task.FromResult(Outcome.Completed);
        })));
}
