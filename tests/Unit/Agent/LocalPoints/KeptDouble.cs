using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.FileSystem.Walking;

namespace Coffer.Unit.Agent.LocalPoints;

/// <summary>
/// Snapshots in memory, of a kind that can stay. What they show is the live folder, or one that stands for them.
/// </summary>
internal sealed class KeptDouble : ISnapshotProvider, IKeptSnapshots
{
    public string Name => "double";

    public bool IsKeeping { get; init; } = true;

    public IKeptSnapshots? Kept => IsKeeping ? this : null;

    public string? Objection { get; init; }

    /// <summary>Those that there are.</summary>
    public List<LocalPointName> Points { get; } = [];

    /// <summary>Of them those that somebody reads.</summary>
    public HashSet<LocalPointName> Read { get; } = [];

    /// <summary>Why none can be removed.</summary>
    public string? Removal { get; set; }

    /// <summary>Where their files are, by name of the point; else the mount itself.</summary>
    public Dictionary<LocalPointName, string> Folders { get; } = [];

    public IReadOnlyList<byte[]> NeverSeen { get; init; } = [];

    /// <summary>Snapshots of runs, made and removed again.</summary>
    public int OfRuns { get; private set; }

    public IReadOnlyList<byte[]> FoldersOn(Mount mount) => NeverSeen;

    public bool CanSnapshot(Mount mount, out string reason)
    {
        reason = Objection ?? "";
        return Objection is null;
    }

    public Task<SnapshotAttempt> CreateAsync(Mount mount, CancellationToken cancellationToken)
    {
        OfRuns++;
        return Task.FromResult(Show(mount, null));
    }

    public Task<SnapshotAttempt> CreateAsync(Mount mount, LocalPointName name, CancellationToken cancellationToken)
    {
        Points.Add(name);
        return Task.FromResult(Show(mount, name));
    }

    public Task<IReadOnlyList<string>> LeftOversAsync(Mount mount, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<IReadOnlyList<string>> RemoveLeftOversAsync(Mount mount, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<KeptListing> ListAsync(Mount mount, CancellationToken cancellationToken) =>
        Task.FromResult(new KeptListing([.. Points]));

    public OsError Open(Mount mount, LocalPointName name, out VolumeRoot? root)
    {
        byte[] folder = Folders.TryGetValue(name, out string? of)
            ? System.Text.Encoding.UTF8.GetBytes(of)
            : mount.MountPoint;
        return VolumeRoot.Open(folder, out root);
    }

    public bool IsBeingBackedUp(Mount mount, LocalPointName name) => Read.Contains(name);

    public Task<KeptRemoval> RemoveAsync(Mount mount, LocalPointName name, CancellationToken cancellationToken)
    {
        if (Read.Contains(name)) return Task.FromResult(KeptRemoval.InUse);
        if (Removal is not null) return Task.FromResult(new KeptRemoval(false, Removal));
        Points.Remove(name).ShouldBeTrue();
        return Task.FromResult(KeptRemoval.Done);
    }

    public string PlaceOf(Mount mount, LocalPointName name) => $"double@{name}";

    private SnapshotAttempt Show(Mount mount, LocalPointName? name)
    {
        VolumeRoot.Open(mount.MountPoint, out var root).IsError.ShouldBeFalse();
        return SnapshotAttempt.Of(new Shown(root!, name?.ToString() ?? "run"));
    }

    private sealed class Shown(VolumeRoot root, string name) : VolumeSnapshot
    {
        public override string Name => name;

        public override VolumeRoot Root => root;

        public override ValueTask DisposeAsync()
        {
            Root.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
