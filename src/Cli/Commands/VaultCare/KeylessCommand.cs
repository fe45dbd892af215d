using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>A command about a vault as a whole, which needs no key to it.</summary>
internal abstract class KeylessCommand : CofferCommand
{
    protected KeylessCommand(string name, string description, params string[] examples)
        : base(name, description, examples) => Options.Add(SharedOptions.Vault);
}
