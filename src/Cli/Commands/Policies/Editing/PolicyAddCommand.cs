using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary><c>coffer policy add PATH...</c>: later backups take these too.</summary>
internal sealed class PolicyAddCommand : CofferCommand
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Folders and files to protect from now on",
        Arity = ArgumentArity.OneOrMore,
    };

    public PolicyAddCommand()
        : base("add", "Back up more paths, beginning with the next backup",
            "coffer policy add /srv /etc", "coffer policy add /home --pin-file -      # takes in a path chosen before")
    {
        Add(_paths);
        Add(SharedOptions.PinFile);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        byte[][] given = [.. invocation.Value(_paths)!.Select(invocation.Raw.AbsolutePathOf)];
        return await PolicyEdit.AddAsync(invocation, given, [], addition =>
        {
            foreach (byte[] path in addition.Paths)
                invocation.Printer.Line($"{PathText.Render(path)} is backed up from the next backup on.");
        });
    }
}
