using Coffer.Cli.Commands.Agents;
using Coffer.Cli.Shell;
using Coffer.Domain.Policies;

namespace Coffer.Cli.Commands.Setup;

/// <summary>All questions of the wizard, in their order. Nothing is made or changed by them.</summary>
internal static class SetupQuestions
{
    public static async Task<SetupAnswers> AskAsync(Invocation invocation)
    {
        var asking = new Asking(invocation);
        asking.Tell("This sets up backups of this machine. Enter takes what stands in brackets; Ctrl-C ends it, and"
            + " nothing is changed before you have seen all of it.");
        var ofVault = new VaultQuestions(asking);
        var vault = await ofVault.VaultAsync();
        var passphrase = await ofVault.PassphraseAsync(vault);
        var before = invocation.Home.ReadPolicy() ?? ProtectionPolicy.Empty(TimeZoneInfo.Local.Id);
        var ofPaths = new PathQuestions(asking, before, vault.Folder);
        var paths = await ofPaths.PathsAsync();
        IReadOnlyList<string> exclusions = [.. await ofPaths.ExclusionsAsync(), .. await ofPaths.SizesAsync()];
        var (changes, policy) = await new TimeQuestions(asking, before).AskAsync();
        asking.Tell("");
        bool installs = ServiceOffer.IsDue(invocation)
            && await asking.AgreesAsync("Back up by itself, by a service that starts with the machine?", isUsual: true);
        return new SetupAnswers(vault, passphrase, paths, exclusions, changes, policy)
        {
            InstallsService = installs,
            BacksUp = await asking.AgreesAsync("Take the first backup at once?", isUsual: true),
        };
    }
}
