using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Policies;

/// <summary><c>coffer policy remove PATH</c>: later backups leave the path out; points stay.</summary>
internal sealed class PolicyRemoveCommand : CofferCommand
{
    private readonly Argument<string> _path = new("PATH") { Description = "As `coffer policy` shows it" };

    public PolicyRemoveCommand()
        : base("remove", "Stop backing up a path; the points that hold it are kept",
            "coffer policy remove /home/ann/old") =>
        Add(_path);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string given = invocation.Value(_path)!;
        byte[] path = invocation.Raw.PlainPathOf(given);
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var policy = invocation.Home.ReadPolicy();
        var kept = policy?.Items.Where(item => !item.Path.AsSpan().SequenceEqual(path)).ToList();
        if (policy is null || kept!.Count == policy.Items.Count) throw NotProtected(given);
        var changed = policy with { Items = kept, Version = policy.Version + 1 };
        await PolicyStore.SaveAsync(invocation, changed);
        string shown = PathText.Render(path);
        invocation.Printer.Line(
            $"{shown} is no longer backed up. What was backed up of it is kept and can be restored.");
        invocation.Printer.Line(
            $"To leave out a part of a protected folder instead: `coffer protect FOLDER --exclude '{shown}'`.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("removed"u8, shown);
            json.WriteNumber("version"u8, changed.Version);
        });
    }

    private static FaultException NotProtected(string path) => FaultException.Usage("policy.path",
        $"{path} is no path of the policy.", "`coffer policy` shows those that are.");
}
