using System.CommandLine;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary><c>coffer policy apply FILE</c>: all of the file, or nothing of it.</summary>
internal sealed class PolicyApplyCommand : CofferCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "As `policy export` writes it; - is standard input",
    };

    public PolicyApplyCommand()
        : base("apply", "Put a policy file in force; every mistake in it is told with its line",
            "coffer policy apply policy.yaml",
            "coffer policy apply policy.yaml --pin-file -        # a served vault, for what weakens",
            "coffer policy apply policy.yaml --confirm policy    # a vault in a folder, where points are let go")
    {
        Add(_file);
        Add(SharedOptions.PinFile);
        Add(SharedOptions.Confirm);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var before = invocation.Home.ReadPolicy();
        var policy = PolicyFiles.Read(invocation, invocation.Value(_file)!, before);
        return await PolicyEdit.PutAsync(invocation, before, policy);
    }
}
