using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Protection;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Protection;

/// <summary>One line of what a status shows as selected.</summary>
/// <param name="Path">Of the policy; or where a stopped data source begins below one of its paths.</param>
/// <param name="Stopped">The data source in which it lies, if protection of that is stopped; null: protected.</param>
internal sealed record ProtectedLine(byte[] Path, StoppedSource? Stopped)
{
    public override string ToString() => Stopped is null
        ? $"Protected  {PathText.Render(Path)}"
        : $"Stopped    {PathText.Render(Path)}: {Kept(Stopped.State)};"
            + $" `{StoppedFaults.ResumeOf(Stopped.Name)}` backs it up again";

    private static string Kept(ProtectionState state) => state switch
    {
        ProtectionState.StoppedRetainedByPolicy => "retained by policy",
        ProtectionState.Deleted => "deleted",
        _ => "data retained",
    };

    /// <summary>The paths of a policy, each with the data source that holds it as it was mounted last.</summary>
    public static IReadOnlyList<ProtectedLine> Of(
        ProtectionPolicy? policy, IReadOnlyList<KnownSource> known, StoppedSources stopped)
    {
        var lines = new List<ProtectedLine>();
        foreach (var item in policy?.Items ?? [])
        {
            var holder = known.Where(source => PathRules.IsAtOrBelow(item.Path, source.Volume.MountPath))
                .MaxBy(source => source.Volume.MountPath.Length);
            lines.Add(new ProtectedLine(item.Path, holder is null ? null : stopped.Find(holder.Id)));
        }
        var below = known.Where(source => stopped.Find(source.Id) is { } found
            && lines.TrueForAll(line => line.Stopped != found)
            && policy?.Items.Any(item => PathRules.IsAtOrBelow(source.Volume.MountPath, item.Path)) == true).ToList();
        lines.AddRange(below.Select(source => new ProtectedLine(source.Volume.MountPath, stopped.Find(source.Id))));
        return lines;
    }
}
