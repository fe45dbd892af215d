using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain.Wording;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.Format.Listing;

namespace Coffer.Agent.Restores;

/// <summary>
/// Goes through one part's listing: makes folders, links and nodes itself, opens large files and hands all bytes to
/// the writers.
/// </summary>
internal sealed class PartLister(
    RestoreScene scene, PointPart part, BatchQueue queue, FolderPath folders, EntryMetadata metadata,
        EntryWriter entries)
{
    private readonly PartCursor _cursor = new(part.Tree, damage => scene.Tally.Find(
        AbsolutePath.Join(part.Tree.Point.MountKey, damage.FirstPath.Span),
        "listing.damaged",
        $"{Counted.Of((long)damage.Entries, "entry", "entries")} from here on cannot be read: {damage.Reason}"));

    /// <summary>The entry handled last, relative to the volume.</summary>
    public byte[] LastPath { get; private set; } = [];

    /// <summary>Handles one entry; false at the end.</summary>
    public async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        if (!await _cursor.MoveNextAsync(cancellationToken)) return false;
        byte[] path = _cursor.Entry.Path.ToArray();
        byte[] key = AbsolutePath.Join(part.Tree.Point.MountKey, path);
        try
        {
            await HandleAsync(path, key, cancellationToken);
        }
        catch (CorruptionException e)
        {
            scene.Tally.Find(key, "file.damaged", e.Message);
            if (_cursor.Entry.Fields.IsDirectory) return true;
        }

        LastPath = path;
        return true;
    }

    private async ValueTask HandleAsync(byte[] path, byte[] key, CancellationToken cancellationToken)
    {
        var entry = _cursor.Entry;
        if (key.Length == part.RootKey.Length)
        {
            if (entry.Fields.IsDirectory && (part.IsRootOurs || scene.IfExists == IfExists.Overwrite))
                folders.Root.Wanted = await metadata.OfAsync(entry, cancellationToken);
            return;
        }

        var parent = await folders.ParentOfAsync(key, cancellationToken);
        if (parent is null)
        {
            if (entry.Fields.IsDirectory) await _cursor.SkipSubtreeAsync(cancellationToken);
            else if (entry.Fields.IsRegular) scene.Tally.FileThrough();
            return;
        }

        var wanted = await metadata.OfAsync(entry, cancellationToken);
        if (wanted.Basic.Type == EntryType.Directory)
        {
            if (!folders.Enter(parent, key, in wanted)) await _cursor.SkipSubtreeAsync(cancellationToken);
            return;
        }

        bool isSettled = scene.Resume?.Covers(part.Number, path) ?? false;
        await HandleEntryAsync(entry, Work(entry, parent, key, wanted), isSettled, cancellationToken);
    }

    private FileWork Work(
        ListingPageReader entry, FolderScope parent, byte[] key, in WantedMetadata wanted) =>
        new(part, parent, PathOrder.Name(key).ToArray(), wanted,
            wanted.Basic.Type == EntryType.File ? new StoredContent(entry, part.Pages) : null)
        {
            LinkTarget = entry.SymlinkTarget.ToArray(),
        };

    private async ValueTask HandleEntryAsync(
        ListingPageReader entry, FileWork work, bool isSettled, CancellationToken cancellationToken)
    {
        if (work.Wanted.Basic.Type == EntryType.Unknown)
        {
            scene.Tally.Find(work.Key, "entry.unknown-type", "this version does not know what it is");
            return;
        }

        if ((entry.Fields.Marks & EntryMarks.ContentMissing) != 0)
        {
            scene.Tally.Find(work.Key, "content.missing", "its content could not be read when it was backed up");
            scene.Tally.FileThrough();
            return;
        }

        if ((entry.Fields.Marks & EntryMarks.ChangedWhileRead) != 0)
            scene.Tally.Find(work.Key, "content.changed-while-read", "it changed while it was backed up; look at it");
        work.Scope.AddWork();
        if (entry.Fields.HardLinkGroup != 0 && await FollowAsync(entry, work, cancellationToken)) return;
        if (isSettled && await entries.TryLeaveSettledAsync(work, cancellationToken)) return;
        if (work.Content is not StoredContent content) await entries.MakeAsync(work, cancellationToken);
        else if (content.IsWhole) await queue.AddAsync(work, part.Pages, content.Chunk, cancellationToken);
        else if (content.Size == 0) await entries.RestoreAsync(work, cancellationToken);
        else await OpenLargeAsync(work, content, cancellationToken);
    }

    // True: it is a further name, and whoever makes the first one makes it.
    private async ValueTask<bool> FollowAsync(
        ListingPageReader entry, FileWork work, CancellationToken cancellationToken)
    {
        var head = scene.Links.HeadOf(
            part.Number, entry.Fields.HardLinkGroup, EntryPrint.OfContent(entry), EntryPrint.OfMetadata(entry),
            out bool isNew);
        if (isNew)
        {
            work.Head = head;
            return false;
        }

        var state = head.Follow(work);
        if (state == LinkState.Made) await entries.LinkAsync(work, head, cancellationToken);
        return state != LinkState.Failed;
    }

    private async ValueTask OpenLargeAsync(
        FileWork work, StoredContent content, CancellationToken cancellationToken)
    {
        TargetFile? file;
        byte[] name;
        try
        {
            (file, name) = await entries.OpenAsync(work, cancellationToken);
        }
        catch (CorruptionException e)
        {
            await entries.FailAsync(work, e.Message, cancellationToken);
            return;
        }

        if (file is null) return;
        var large = new LargeFile(work, file, name);
        scene.Unfinished[large] = true;
        try
        {
            var nodes = entries.Chunks.Of(part.Pages).Nodes;
            await foreach (var segment in content.SegmentsAsync(nodes, cancellationToken))
                await queue.AddAsync(large, part.Pages, segment, cancellationToken);
        }
        catch (CorruptionException e)
        {
            large.Fail(e.Message);
        }

        await BatchWriter.LetGoAsync(scene, entries, large, cancellationToken);
    }
}
