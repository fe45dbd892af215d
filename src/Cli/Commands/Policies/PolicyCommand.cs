using Coffer.Cli.Commands.Policies.Editing;
using Coffer.Cli.Commands.Policies.Previewing;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Policies;

/// <summary><c>coffer policy</c>: the same as <c>policy show</c>.</summary>
internal sealed class PolicyCommand : CofferCommand
{
    private const string Show = "Show what this machine backs up, when, and how long it is kept";

    public PolicyCommand()
        : base("policy", Show, "coffer policy", "coffer policy set --at 06:00,18:00 --daily 14",
            "coffer policy remove /home/ann/old")
    {
        Add(new VerbCommand("show", Show, PolicyShow.RunAsync, "coffer policy show --json"));
        Add(new PolicySetCommand());
        Add(new PolicyAddCommand());
        Add(new PolicyRemoveCommand());
        Add(new PolicyExcludeCommand());
        Add(new PolicyPreviewCommand());
        Add(new PolicyExportCommand());
        Add(new PolicyApplyCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => PolicyShow.RunAsync(invocation);
}
