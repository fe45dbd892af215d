using System.CommandLine;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary><c>coffer policy exclude PATTERN...</c>: later backups leave out what matches.</summary>
internal sealed class PolicyExcludeCommand : CofferCommand
{
    private readonly Argument<string[]> _patterns = new("PATTERN")
    {
        Description = "By the rules of .gitignore; a leading / is the file system's root, a ! takes back in",
        Arity = ArgumentArity.OneOrMore,
    };

    public PolicyExcludeCommand()
        : base("exclude", "Leave out what matches, beginning with the next backup; what is backed up of it stays",
            "coffer policy exclude '*.tmp' 'node_modules/' '>4GB' '>100MB *.iso'",
            "coffer policy exclude /var/cache/ '!/var/cache/apt/'",
            "coffer policy exclude '*.iso' --pin-file -      # a served vault wants a security PIN")
    {
        Add(_patterns);
        Add(SharedOptions.PinFile);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var patterns = PolicyAddition.PatternsOf(invocation, invocation.Value(_patterns)!);
        return await PolicyEdit.AddAsync(invocation, [], patterns, addition =>
        {
            foreach (var pattern in addition.Exclusions)
                invocation.Printer.Line(pattern.IsNegated
                    ? $"{PathText.Render(pattern.Text)} takes back in what an earlier exclusion leaves out."
                    : $"{PathText.Render(pattern.Text)} is left out from the next backup on; points keep what they have"
                        + " of it.");
            invocation.Printer.Line("`coffer policy preview --files` shows what that comes to,"
                + " `coffer policy remove PATTERN` takes it off.");
        });
    }
}
