using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Restores.Local;

/// <summary>
/// Goes through what a restore takes from one snapshot and makes it in the target, entry by entry: sharing bytes is one
/// call, and there is nothing to open or to wait for that several writers would gain by.
/// </summary>
internal sealed class SnapshotLister(
    RestoreScene scene, LocalPart part, byte[] mountKey, TreeWalker walker, EntryWriter entries)
{
    private const string LeftOut = "another btrfs subvolume begins here, which the snapshot does not hold";

    /// <summary>Keys of volumes that are restored into this one: of those the snapshot need not tell.</summary>
    public required IReadOnlyList<byte[]> Inner { get; init; }

    public required FolderPath Folders { get; init; }

    /// <summary>Learns of the folders on the way.</summary>
    public required SnapshotFolders Known { get; init; }

    /// <summary>The entry handled last, relative to the volume.</summary>
    public byte[] LastPath { get; private set; } = [];

    /// <summary>Handles one entry; false at the end.</summary>
    public async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        if (!walker.MoveNext()) return false;
        byte[] key = AbsolutePath.Join(mountKey, walker.Path);
        if (walker.Kind == WalkKind.WayOnly) Known.Add(key, Wanted(key, null));
        else if (walker.Kind == WalkKind.Error) scene.Tally.Find(key, "file.unreadable", walker.Error.Text);
        else if (walker.Boundary == BoundaryKind.SubvolumeLeftOut) NoteLeftOut(key);
        else if (walker.Kind != WalkKind.Missing) await HandleAsync(key, cancellationToken);
        LastPath = walker.Path.ToArray();
        return true;
    }

    private void NoteLeftOut(byte[] key)
    {
        if (!Inner.Any(inner => PathOrder.IsWithin(inner, key))) scene.Tally.Find(key, "subvolume.left-out", LeftOut);
    }

    private async ValueTask HandleAsync(byte[] key, CancellationToken cancellationToken)
    {
        bool isFolder = walker.Metadata.Type == EntryType.Directory;
        if (key.Length == part.RootKey.Length)
        {
            if (isFolder && (part.IsRootOurs || scene.IfExists == IfExists.Overwrite))
                Folders.Root.Wanted = Wanted(key, null);
            return;
        }

        var parent = await Folders.ParentOfAsync(key, cancellationToken);
        if (parent is null)
        {
            if (isFolder) walker.SkipContents();
            else if (walker.Metadata.Type == EntryType.File) scene.Tally.FileThrough();
            return;
        }

        if (!isFolder) await RestoreAsync(parent, key, cancellationToken);
        else if (!Folders.Enter(parent, key, Wanted(key, null))) walker.SkipContents();
    }

    private async ValueTask RestoreAsync(FolderScope parent, byte[] key, CancellationToken cancellationToken)
    {
        SourceFile? file = null;
        byte[] linkTarget = [];
        OsError error = walker.Metadata.Type switch
        {
            EntryType.File => walker.OpenFile(out file),
            EntryType.SymbolicLink => walker.ReadLink(out linkTarget),
            _ => OsError.None,
        };
        using (file)
        {
            if (error.IsError)
            {
                scene.Tally.Find(key, "file.unreadable", error.Text);
                if (walker.Metadata.Type == EntryType.File) scene.Tally.FileThrough();
                return;
            }

            var content = file is null ? null : new SnapshotContent(file, walker.Metadata.Size);
            var work = new FileWork(part, parent, PathOrder.Name(key).ToArray(), Wanted(key, file), content)
            {
                LinkTarget = linkTarget,
            };
            parent.AddWork();
            bool isDone = walker.Metadata.LinkCount > 1 && await FollowAsync(work, cancellationToken);
            if (!isDone && (scene.Resume?.Covers(part.Number, walker.Path) ?? false))
                isDone = await entries.TryLeaveSettledAsync(work, cancellationToken);
            if (!isDone)
                await (content is null ? entries.MakeAsync(work, cancellationToken)
                    : entries.RestoreAsync(work, cancellationToken));
            work.Wanted.Xattrs?.Dispose(); // nothing of it waits
        }
    }

    // The first name is settled before the second is met, so that nobody ever waits for it.
    private async ValueTask<bool> FollowAsync(FileWork work, CancellationToken cancellationToken)
    {
        var head = scene.Links.HeadOf(part.Number, walker.Metadata.Inode, default, default, out bool isNew);
        if (isNew)
        {
            work.Head = head;
            return false;
        }

        if (head.Follow(work) != LinkState.Made) return false;
        await entries.LinkAsync(work, head, cancellationToken);
        return true;
    }

    private WantedMetadata Wanted(byte[] key, SourceFile? file)
    {
        var wanted = SnapshotEntry.Of(walker, file, out OsError unread);
        if (unread.IsError) scene.Tally.Find(key, "xattrs.unreadable", unread.Text);
        return wanted;
    }
}

/// <summary>A part of a run that comes out of a local point.</summary>
internal sealed record LocalPart(
    int Number, byte[] RootKey, RestoreTarget Target, bool IsRootOurs, CopyName CopyName)
    : RestorePart(Number, RootKey, Target, IsRootOurs, CopyName);

/// <summary>What a walk told of the folders on its way.</summary>
internal sealed class SnapshotFolders : IKnownFolders
{
    private readonly Dictionary<string, WantedMetadata> _known = [];

    public void Add(byte[] key, in WantedMetadata wanted) => _known[Convert.ToHexStringLower(key)] = wanted;

    public ValueTask<WantedMetadata?> FindAsync(byte[] key, CancellationToken cancellationToken) =>
        ValueTask.FromResult<WantedMetadata?>(
            _known.TryGetValue(Convert.ToHexStringLower(key), out var wanted) ? wanted : null);
}
