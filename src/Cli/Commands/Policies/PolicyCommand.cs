using Coffer.Agent.Policies.Files;
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
        Add(new VerbCommand("schema", "Print the JSON Schema of policy files, for an editor that helps to write one",
            PrintSchema, "coffer policy schema > policy.schema.json"));
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => PolicyShow.RunAsync(invocation);

    private static Task<Outcome> PrintSchema(Invocation invocation)
    {
        foreach (string line in PolicyFileSchema.Text.TrimEnd('\n').Split('\n')) invocation.Printer.Line(line);
        return Task.FromResult(new Outcome(
            ExitCode.Completed, json => json.WriteString("schema"u8, PolicyFileSchema.Text)));
    }
}
