using Coffer.Agent.Backups.Bases;
using Coffer.Agent.Caching;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.Agent.Rebundling;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;
using Coffer.Format.Listing;

namespace Coffer.Agent.Backups;

/// <summary>
/// One pass over a data source: a sorted walk joined with the previous listing. What is unchanged by type, size,
/// times and inode is taken over without opening it; all else is read and sent.
/// </summary>
internal sealed class Scan : IDisposable
{
    private const string Differs = "its bytes are not those that were backed up, or cannot be read, though size and "
        + "times are the same; the backed-up ones are kept";

    private readonly BackupRequest _request;
    private readonly PreviousListing _previous;
    private readonly ListingBuilder _listing;
    private readonly ContentCapture _content;
    private readonly EntryCapture _capture;
    private readonly NodePipeline _pipeline;
    private readonly RunFindings _findings;
    private readonly IReadOnlySet<ObjectId> _lost;
    private readonly BundleMoves _moves;
    private bool _hasPrevious;
    private long _filesMoved;

    public Scan(ScanParts parts)
    {
        _request = parts.Request;
        _previous = parts.Previous;
        _listing = parts.Listing;
        _content = parts.Content;
        _pipeline = parts.Pipeline;
        _findings = parts.Findings;
        _lost = parts.Lost;
        _moves = parts.Moves;
        _capture = new EntryCapture(parts) { Between = BetweenChunksAsync };
    }

    public long Files { get; private set; }

    public long Folders { get; private set; }

    public long Others { get; private set; }

    public long Bytes { get; private set; }

    public long FilesRead => _capture.FilesRead + _filesMoved;

    /// <summary>Called after each entry and between the chunks of a large file.</summary>
    public Func<FileInHandState?, ValueTask>? Between { get; set; }

    /// <summary>Path of the entry in hand, relative to the volume.</summary>
    public byte[] CurrentPath { get; private set; } = [];

    public async Task RunAsync(TreeWalker walker)
    {
        await MoveToNextPreviousAsync();
        for (int count = 1; walker.MoveNext(); count++)
        {
            if (!await PassOverAsync(walker)) await TakeAsync(walker);
            if (_listing.HasReady) await _listing.SendReadyAsync();
            if (_listing.WaitingCount >= Limits.WaitingEntries) await CloseBundleAsync();
            if ((count & 0xff) == 0 && Between is { } between)
            {
                CurrentPath = walker.Path.ToArray();
                await between(null);
            }
        }

        await _content.Bundle.CloseAsync();
    }

    public void Dispose() => _capture.Dispose();

    private async ValueTask BetweenChunksAsync(FileInHandState hand)
    {
        CurrentPath = hand.Path;
        if (Between is { } between) await between(hand);
    }

    /// <summary>Things that make no entry: what is missing or could not be looked at.</summary>
    private async ValueTask<bool> PassOverAsync(TreeWalker walker)
    {
        switch (walker.Kind)
        {
            case WalkKind.Missing:
                throw FaultException.Failed(
                    "source.path-missing",
                    $"'{PathText.Render(walker.Path)}' on {_request.Source.Label} is selected and is not there.",
                    "Put it back, mount its volume, or take it out with: coffer policy remove PATH");
            case WalkKind.Error:
                _findings.Add("file.unreadable", walker.Path, walker.Error);
                return true;
            case WalkKind.Boundary when walker.Boundary is not BoundaryKind.Mount:
                _findings.Add(
                    "subvolume.left-out", walker.Path, "another btrfs subvolume begins here; select it by itself");
                return false;
            default:
                await ValueTask.CompletedTask;
                return false;
        }
    }

    private async ValueTask TakeAsync(TreeWalker walker)
    {
        await AdvancePreviousAsync(walker);
        Count(walker.Metadata);
        bool isKnown = _hasPrevious && _previous.Entry.Path.SequenceEqual(walker.Path);
        if (!isKnown || !IsUnchanged(walker)) await _capture.CaptureAsync(walker);
        else if (!IsToMove(walker) || !await TryMoveAsync(walker)) TakeOver(walker);
        if (walker.Kind != WalkKind.Entry || walker.Metadata.Type != EntryType.Directory) return;
        if (_request.SkipsCacheFolders && walker.HasCacheTag()) walker.SkipContents();
    }

    private bool IsUnchanged(TreeWalker walker)
    {
        // Nothing of it was read, whatever an earlier point says.
        if (EntryCapture.HidesAFile(walker)) return false;
        ref readonly var entry = ref _previous.Entry.Fields;
        var marks = walker.Kind == WalkKind.WayOnly ? EntryMarks.WayOnly : EntryMarks.None;
        return entry.Marks == marks
            && !_previous.Change.IsUnsettled
            && EntryMetadata.IsUnchanged(walker.Metadata, entry, _previous.Change, _request.Source.KeepsInodes)
            && (_lost.Count == 0 || !RefersToLost());
    }

    private bool RefersToLost()
    {
        ref readonly var entry = ref _previous.Entry.Fields;
        if (entry.Shape is ContentShape.Whole or ContentShape.Paged && _lost.Contains(entry.Content)) return true;
        // A paged file hides its chunks: while anything is lost it is read again rather than trusted.
        if (entry.Shape == ContentShape.Paged) return true;
        foreach (ref readonly var extent in _previous.Entry.Extents)
        {
            if (_lost.Contains(extent.Chunk)) return true;
        }

        return _previous.Entry.Xattrs is { IsInline: false } xattrs && _lost.Contains(xattrs.Chunk);
    }

    private void TakeOver(TreeWalker walker)
    {
        var fields = _previous.Entry.Fields;
        ref readonly var file = ref walker.Metadata;
        fields.HardLinkGroup = _capture.GroupOf(walker, file);
        _listing.AddUnchanged(
            _previous.Entry, fields, _capture.Metadata.OwnerOf(file), EntryMetadata.ChangeOf(file, isUnsettled: false));
    }

    private bool IsToMove(TreeWalker walker) => _moves.Wants(_previous.Page, _previous.Entry.Fields, walker.Metadata);

    /// <summary>False: the entry stands where it is.</summary>
    private async ValueTask<bool> TryMoveAsync(TreeWalker walker)
    {
        if (walker.OpenFile(out var source).IsError) return false;
        using (source)
        {
            var fields = _previous.Entry.Fields;
            if (await _content.MoveSmallAsync(source!, (int)fields.Size, fields.ContentHash) is not { } place)
            {
                bool isSame = !source!.Stat(out var after).IsError && after.IsUnchangedFrom(walker.Metadata);
                if (isSame) _findings.Add("file.differs", walker.Path, Differs);
                return false;
            }

            _filesMoved++;
            _moves.Count(fields.Size);
            _listing.AddMoved(
                _previous.Entry, fields, _capture.Metadata.OwnerOf(walker.Metadata),
                EntryMetadata.ChangeOf(walker.Metadata, isUnsettled: false), place);
            return true;
        }
    }

    private void Count(in FileMetadata file)
    {
        if (file.Type == EntryType.File) Files++;
        else if (file.Type == EntryType.Directory) Folders++;
        else Others++;
        if (file.Type == EntryType.File) Bytes += file.Size;
    }

    private async ValueTask CloseBundleAsync()
    {
        // Entries wait for the bundle in hand: close it early rather than hold the rest of the listing in memory.
        await _content.Bundle.CloseAsync();
        await _pipeline.WaitUntilIdleAsync();
        _listing.Settle();
    }

    private async ValueTask AdvancePreviousAsync(TreeWalker walker)
    {
        while (_hasPrevious && PathOrder.Compare(_previous.Entry.Path, walker.Path) < 0)
        {
            if (!_previous.MoveNextInPage()) await MoveToNextPreviousAsync();
        }
    }

    private async ValueTask MoveToNextPreviousAsync()
    {
        _hasPrevious = false;
        while (!_hasPrevious && !_previous.IsAtEnd)
        {
            await _previous.NextPageAsync(_pipeline.Stopped);
            _hasPrevious = !_previous.IsAtEnd && _previous.MoveNextInPage();
        }
    }
}

/// <summary>What a scan works with; made and disposed of by its run.</summary>
internal sealed record ScanParts(
    BackupRequest Request,
    PreviousListing Previous,
    ListingBuilder Listing,
    ContentCapture Content,
    NodePipeline Pipeline,
    RunFindings Findings,
    Sealing.Frames.NodeIds Ids,
    IReadOnlySet<ObjectId> Lost,
    BundleMoves Moves,
    ResumedFile? Resumed);

/// <summary>A large file in the middle of being read.</summary>
internal sealed record FileInHandState(byte[] Path, FileMetadata File, FileContent Content);
