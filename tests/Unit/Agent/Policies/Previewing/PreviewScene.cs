using System.Text;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Agent.Policies.Previewing;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem.Mounts;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Policies.Previewing;

/// <summary>A folder under a policy, and what a preview says of it.</summary>
internal sealed class PreviewScene : IDisposable
{
    public const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n";

    private readonly MountTable _mounts = MountTable.Read();

    public TempFolder Folder { get; } = new();

    public string[] OwnFolders { get; set; } = [];

    public IReadOnlyList<KnownSource> Known { get; set; } = [];

    public void Dispose() => Folder.Dispose();

    public SelectionReport Look(bool looksInto, params string[] patterns) =>
        new SelectionPreview(Planned(patterns), looksInto).Run(null, CancellationToken.None);

    public PathExplanation Explain(string path, params string[] patterns) =>
        new PathQuestion(Planned(patterns), _mounts).Explain(Bytes(path));

    public PlannedPolicy Planned(params string[] patterns)
    {
        var policy = ProtectionPolicy.Empty("UTC") with
        {
            Items = [new PolicyItem(Folder.PathBytes)],
            Exclusions = [.. patterns.Select(pattern => ExclusionPattern.Parse(Bytes(pattern)))],
        };
        byte[][] own = [.. OwnFolders.Select(Bytes)];
        var filter = BackupSelection.Filter(policy, own);
        var planner = new SourcePlanner(_mounts, Known, filter, own);
        return new PlannedPolicy(policy, own, filter, planner.Plan(policy.Items));
    }

    public string Relative(byte[] path) => Path.GetRelativePath(Folder.Path, PathText.Render(path));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
