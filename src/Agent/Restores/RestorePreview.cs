using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Targets;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.Format.Listing;

namespace Coffer.Agent.Restores;

/// <summary>
/// Counts what a restore would do, and changes nothing. Whether a file is there already is told by its metadata: no
/// content is read.
/// </summary>
internal sealed class RestorePreview(RestoreRequest request, RestoreAspects aspects, RestoreTally tally) : IDisposable
{
    private readonly Stack<(byte[] Key, TargetFolder? Folder)> _folders = [];
    private RestoreTarget? _target;

    public async Task RunAsync(RestorePlan.Place place, CancellationToken cancellationToken)
    {
        Dispose();
        // A target that is missing would be made: everything is new there.
        _ = RestoreTarget.Open(place.Folder, aspects, out _target);
        _folders.Push((place.RootKey, _target?.Root));
        var cursor = new PartCursor(place.Tree, damage => tally.Find(
            AbsolutePath.Join(place.Tree.Point.MountKey, damage.FirstPath.Span), "listing.damaged", damage.Reason));
        while (await cursor.MoveNextAsync(cancellationToken))
        {
            byte[] key = AbsolutePath.Join(place.Tree.Point.MountKey, cursor.Entry.Path);
            if (key.Length > place.RootKey.Length && !Judge(cursor.Entry, key))
                await cursor.SkipSubtreeAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        while (_folders.Count > 1) _folders.Pop().Folder?.Release();
        _folders.Clear();
        _target?.Dispose();
        _target = null;
    }

    // False: the folder would be passed over.
    private bool Judge(ListingPageReader entry, byte[] key)
    {
        var parent = ParentOf(key);
        byte[] name = PathOrder.Name(key).ToArray();
        if ((entry.Fields.Marks & EntryMarks.ContentMissing) != 0)
        {
            tally.Find(key, "content.missing", "its content could not be read when it was backed up");
            return true;
        }

        if (parent is null || parent.Stat(name, out var found).IsError)
        {
            CountNew(entry, key);
            return true;
        }

        bool isFolder = found.Type == EntryType.Directory;
        if (entry.Fields.IsDirectory && isFolder) return true;
        var wanted = EntryMetadata.Of(entry, null);
        if (ExistingEntry.HasMetadata(in found, in wanted, aspects))
        {
            tally.LeftAlone();
            return true;
        }

        return JudgeTaken(entry, key, isFolder);
    }

    private bool JudgeTaken(ListingPageReader entry, byte[] key, bool isFolder)
    {
        switch (request.IfExists)
        {
            case IfExists.Skip:
                tally.Skipped();
                return !entry.Fields.IsDirectory;
            case IfExists.Overwrite when isFolder:
                tally.Find(key, "file.not-written", "a folder has its name, and is not replaced");
                return true;
            case IfExists.Overwrite:
                tally.Overwrote();
                break;
            default:
                tally.Copied(key, default);
                break;
        }

        CountNew(entry, key);
        return true;
    }

    private void CountNew(ListingPageReader entry, byte[] key)
    {
        tally.Want(key);
        if (entry.Fields.IsDirectory) tally.FolderMade();
        else if (entry.Fields.IsRegular) tally.FileWritten((long)entry.Fields.Size);
        else tally.OtherMade();
    }

    private TargetFolder? ParentOf(byte[] key)
    {
        byte[] parent = key[..Math.Max(0, PathOrder.ParentLength(key))];
        while (_folders.Count > 1 && !PathOrder.IsWithin(parent, _folders.Peek().Key)) _folders.Pop().Folder?.Release();
        while (_folders.Peek().Key.Length < parent.Length)
        {
            var (above, folder) = _folders.Peek();
            var below = AbsolutePath.Below(parent, above);
            int slash = below.IndexOf((byte)'/');
            var name = slash < 0 ? below : below[..slash];
            TargetFolder? next = null;
            _ = folder?.EnterExisting(name, out next);
            _folders.Push((AbsolutePath.Join(above, name), next));
        }

        return _folders.Peek().Folder;
    }
}
