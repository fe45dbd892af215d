using Coffer.Agent.Policies;
using Coffer.Agent.Policies.Previewing;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Policies.Previewing;

/// <summary>Says of one path whether it is backed up, and which rule decides.</summary>
internal static class PathAnswer
{
    public static Outcome Tell(Invocation invocation, PlannedPolicy planned, string given)
    {
        var mounts = MountTable.Read();
        var found = new PathQuestion(planned, mounts).Explain(invocation.Raw.AbsolutePathOf(given));
        string path = PathText.Render(found.Path);
        bool isTaken = found.Fate == PathFate.Taken;
        invocation.Printer.Line($"{path} {(isTaken ? "is backed up" : "is not backed up")}: {Reason(found, mounts)}.");
        if (!found.Exists)
            invocation.Printer.Remark("path.missing", $"{path} does not exist; this is what the rules say of it.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("path"u8, path);
            json.WriteBoolean("isBackedUp"u8, isTaken);
            json.WriteBoolean("exists"u8, found.Exists);
            json.WriteString("reason"u8, Reason(found, mounts));
            if (found.Item is { } item) json.WriteString("item"u8, PathText.Render(item));
            if (found.Rule is { } rule) json.WriteString("rule"u8, LeavingWords.NameOf(rule));
            if (found.Pattern is { } pattern) json.WriteString("pattern"u8, LeavingWords.Text(pattern));
            if (found.DecidedAt is { } at) json.WriteString("decidedAt"u8, PathText.Render(at));
            if (found.Source is { } source) json.WriteString("source"u8, source.Source.Label);
        });
    }

    private static string Reason(PathExplanation found, MountTable mounts) => found.Fate switch
    {
        PathFate.NotSelected => "it lies in none of the policy's paths",
        PathFate.LeftOut => Left(found),
        PathFate.NoSource => $"it lies on {Mounted(mounts.Of(found.Path))}, which holds no files to back up",
        PathFate.SourceFails => found.Source!.Problem!.Message.TrimEnd('.'),
        _ => Taken(found),
    };

    private static string Left(PathExplanation found)
    {
        string rule = LeavingWords.Of(found.Rule!.Value, found.Pattern);
        string at = PathText.Render(found.DecidedAt!);
        return found.DecidedAt!.Length == found.Path.Length
            ? $"{rule} leaves it out"
            : found.Rule == LeavingRule.CacheFolder
                ? $"it lies in {at}, which is marked with {rule} and kept as an empty folder"
                : $"it lies in {at}, which {rule} leaves out";
    }

    private static string Taken(PathExplanation found)
    {
        string item = PathText.Render(found.Item!);
        string selected = found.Item!.Length == found.Path.Length
            ? "the policy names it" : $"it lies in {item}, which the policy names";
        return found.Pattern is { IsNegated: true } pattern
            ? $"{selected}, and the exclusion {LeavingWords.Text(pattern)} takes it in again"
            : $"{selected}, and no rule leaves it out";
    }

    private static string Mounted(Mount mount) => $"{PathText.Render(mount.MountPoint)} ({mount.FileSystemType})";
}
