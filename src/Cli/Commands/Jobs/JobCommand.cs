using System.CommandLine;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Jobs;

/// <summary><c>coffer job</c>: the same as <c>job list</c>.</summary>
internal sealed class JobCommand : CofferCommand
{
    private const string List = "List jobs, the newest first";

    public JobCommand()
        : base("job", List, "coffer job", "coffer job show 1f0c9a2b44d1")
    {
        Aliases.Add("jobs");
        Add(new VerbCommand("list", List, JobList.RunAsync, "coffer job list --json"));
        Add(new JobShowCommand());
        Add(new JobWatchCommand());
        Add(new JobCancelCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => JobList.RunAsync(invocation);
}
