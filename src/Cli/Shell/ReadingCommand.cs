using System.CommandLine;
using Coffer.Cli.Shell.Parsing;

namespace Coffer.Cli.Shell;

/// <summary>A command that reads points, of this machine's vault or of any with its passphrase.</summary>
internal abstract class ReadingCommand : CofferCommand
{
    protected ReadingCommand(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Options.Add(SharedOptions.Vault);
        Options.Add(SharedOptions.PassphraseFile);
        Options.Add(SharedOptions.Credentials);
        Options.Add(SharedOptions.Server);
        Validators.Add(static result =>
        {
            bool isByGrant = result.GetValue(SharedOptions.Credentials) is not null;
            if (isByGrant && result.GetValue(SharedOptions.Vault) is not null)
                result.AddError("--vault and --credentials exclude one another.");
        });
    }

    /// <summary>Adds <c>--local</c>, beside which no vault can be named.</summary>
    protected void AddLocal()
    {
        Options.Add(SharedOptions.Local);
        Option[] ofVaults =
            [SharedOptions.Vault, SharedOptions.PassphraseFile, SharedOptions.Credentials, SharedOptions.Server];
        Validators.Add(result =>
        {
            if (!result.GetValue(SharedOptions.Local)) return;
            foreach (var option in ofVaults)
                if (result.GetResult(option) is { Implicit: false })
                    result.AddError($"--local and {option.Name} exclude one another.");
        });
    }

    /// <summary>Adds <c>--point</c> and <c>--at</c>.</summary>
    protected void AddChoice()
    {
        Options.Add(SharedOptions.Point);
        Options.Add(SharedOptions.At);
        Validators.Add(static result =>
        {
            bool isPointGiven = result.GetResult(SharedOptions.Point) is { Implicit: false };
            if (isPointGiven && result.GetValue(SharedOptions.At) is not null)
                result.AddError("--point and --at exclude one another.");
        });
    }
}
