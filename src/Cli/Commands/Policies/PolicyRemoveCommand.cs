using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Policies;

/// <summary>
/// <c>coffer policy remove PATH|PATTERN</c>: later backups leave the path out, or no longer what the exclusion matches;
/// points stay. A path of the policy is looked for first: it is written absolute there, and most patterns are not.
/// </summary>
internal sealed class PolicyRemoveCommand : CofferCommand
{
    private readonly Argument<string> _named = new("PATH|PATTERN")
    {
        Description = "A path, or an exclusion, as `coffer policy` shows it",
    };

    public PolicyRemoveCommand()
        : base("remove", "Stop backing up a path (the points that hold it are kept), or take an exclusion off",
            "coffer policy remove /home/ann/old", "coffer policy remove '*.tmp'",
            "coffer policy remove /home/ann/old --pin-file -      # a served vault wants a security PIN")
    {
        Add(_named);
        Add(SharedOptions.PinFile);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        byte[] pattern = invocation.Raw.BytesOf(invocation.Value(_named)!);
        byte[] path = invocation.Raw.PlainPathOf(invocation.Value(_named)!);
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var policy = invocation.Home.ReadPolicy();
        bool isPath = policy?.Items.Any(item => item.Path.AsSpan().SequenceEqual(path)) ?? false;
        bool isPattern = policy?.Exclusions.Any(e => e.Text.AsSpan().SequenceEqual(pattern)) ?? false;
        if (policy is null || !(isPath || isPattern)) throw NotInPolicy(path, pattern);
        var changed = isPath
            ? policy with { Items = [.. policy.Items.Where(item => !item.Path.AsSpan().SequenceEqual(path))] }
            : policy with { Exclusions = [.. policy.Exclusions.Where(e => !e.Text.AsSpan().SequenceEqual(pattern))] };
        changed = changed with { Version = policy.Version + 1 };
        await PolicyStore.SaveAsync(invocation, changed);
        string shown = PathText.Render(isPath ? path : pattern);
        if (isPath) TellPath(invocation.Printer, shown, changed.Items.Count);
        else invocation.Printer.Line($"The exclusion {shown} is off: the next backup takes in what it left out.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("removed"u8, shown);
            json.WriteString("kind"u8, isPath ? "path" : "exclusion");
            json.WriteNumber("version"u8, changed.Version);
        });
    }

    private static void TellPath(Printer printer, string path, int left)
    {
        printer.Line($"{path} is no longer backed up. What was backed up of it is kept and can be restored.");
        if (left == 0)
            printer.Remark("policy.empty",
                "Nothing is protected any more: that was the last path. `coffer protect FOLDER` adds one.");
        else
            printer.Line("To leave out a part of a protected folder instead:"
                + $" `coffer policy exclude {PathText.AsWord(path)}`.");
    }

    private static FaultException NotInPolicy(byte[] path, byte[] pattern) => FaultException.Usage("policy.path",
        $"The policy has neither the path {PathText.Render(path)} nor the exclusion {PathText.Render(pattern)}.",
        "`coffer policy` shows what it has.");
}
