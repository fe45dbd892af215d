using Coffer.Agent.Backups.Bases;
using Coffer.Agent.Backups.Links;
using Coffer.Agent.Caching;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.Agent.Rebundling;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;
using Coffer.Format;
using Coffer.Format.Listing;
using CapturedXattrs = Coffer.FileSystem.XattrSet;
using XattrSet = Coffer.Format.Listing.XattrSet;

namespace Coffer.Agent.Backups;

/// <summary>
/// One pass over a data source: a sorted walk joined with the previous listing. What is unchanged by type, size,
/// times and inode is taken over without opening it; all else is read and sent.
/// </summary>
internal sealed class Scan : IDisposable
{
    private readonly BackupRequest _request;
    private readonly PreviousListing _previous;
    private readonly ListingBuilder _listing;
    private readonly ContentCapture _capture;
    private readonly NodePipeline _pipeline;
    private readonly RunFindings _findings;
    private readonly IReadOnlySet<ObjectId> _lost;
    private readonly BundleMoves _moves;
    private readonly ResumedFile? _resumed;
    private readonly Sealing.Frames.NodeIds _ids;
    private readonly EntryMetadata _metadata = new();
    private readonly HardLinks _links;
    private readonly CapturedXattrs _xattrs = new();
    private readonly ByteWriter _xattrBytes = new();
    private const string Differs = "its bytes are not those that were backed up, or cannot be read, though size and "
        + "times are the same; the backed-up ones are kept";

    private const string MountedOver = "another file is mounted over it, so its content was not read; exclude it, or "
        + "protect that file where it lies";

    private const string GoesOnChanging = "it went on changing while it was read";
    private const string EndsEarly = "it ends before its size says, each time that it is read; the rest is missing";

    private readonly int _settlingSeconds;
    private bool _hasPrevious;

    public Scan(ScanParts parts)
    {
        _request = parts.Request;
        _previous = parts.Previous;
        _listing = parts.Listing;
        _capture = parts.Capture;
        _pipeline = parts.Pipeline;
        _findings = parts.Findings;
        _lost = parts.Lost;
        _moves = parts.Moves;
        _resumed = parts.Resumed;
        _ids = parts.Ids;
        _links = new HardLinks(_request.CacheFolder);
        // Clocks of file systems tick coarsely; those of other machines differ (architecture 2, "Unsettled entries").
        _settlingSeconds = _request.Source.IsNetwork ? 10 : 2;
    }

    public long Files { get; private set; }

    public long Folders { get; private set; }

    public long Others { get; private set; }

    public long Bytes { get; private set; }

    public long FilesRead { get; private set; }

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

        await _capture.Bundle.CloseAsync();
    }

    public void Dispose()
    {
        _links.Dispose();
        _xattrs.Dispose();
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
                _findings.Add("file.unreadable", walker.Path, walker.Error.Text);
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
        if (!isKnown || !IsUnchanged(walker)) await CaptureAsync(walker);
        else if (!IsToMove(walker) || !await TryMoveAsync(walker)) TakeOver(walker);
        if (walker.Kind != WalkKind.Entry || walker.Metadata.Type != EntryType.Directory) return;
        if (_request.SkipsCacheFolders && walker.HasCacheTag()) walker.SkipContents();
    }

    private bool IsUnchanged(TreeWalker walker)
    {
        // Nothing of it was read, whatever an earlier point says.
        if (HidesAFile(walker)) return false;
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
        fields.HardLinkGroup = GroupOf(walker, file);
        _listing.AddUnchanged(
            _previous.Entry, fields, _metadata.OwnerOf(file), EntryMetadata.ChangeOf(file, isUnsettled: false));
    }

    private bool IsToMove(TreeWalker walker) => _moves.Wants(_previous.Page, _previous.Entry.Fields, walker.Metadata);

    /// <summary>False: the entry stands where it is.</summary>
    private async ValueTask<bool> TryMoveAsync(TreeWalker walker)
    {
        if (walker.OpenFile(out var source).IsError) return false;
        using (source)
        {
            var fields = _previous.Entry.Fields;
            if (await _capture.MoveSmallAsync(source!, (int)fields.Size, fields.ContentHash) is not { } place)
            {
                bool isSame = !source!.Stat(out var after).IsError && after.IsUnchangedFrom(walker.Metadata);
                if (isSame) _findings.Add("file.differs", walker.Path, Differs);
                return false;
            }

            FilesRead++;
            _moves.Count(fields.Size);
            _listing.AddMoved(
                _previous.Entry, fields, _metadata.OwnerOf(walker.Metadata),
                EntryMetadata.ChangeOf(walker.Metadata, isUnsettled: false), place);
            return true;
        }
    }

    private ulong GroupOf(TreeWalker walker, in FileMetadata file) =>
        file.Type != EntryType.Directory && file.LinkCount > 1
            ? _links.Meet(file, _listing.Cutter.GroupOf(walker.Path))
            : 0;

    private async ValueTask CaptureAsync(TreeWalker walker)
    {
        var entry = _listing.Rent();
        entry.SetPath(walker.Path);
        SetMetadata(entry, walker.Metadata);
        if (walker.Kind == WalkKind.WayOnly) entry.Fields.Marks = EntryMarks.WayOnly;
        if (walker.Kind == WalkKind.Boundary || walker.Metadata.Type == EntryType.Unknown)
        {
            if (HidesAFile(walker)) NoteUnreadable(entry, "file.mounted-over", MountedOver);
            _listing.Add(entry);
            return;
        }

        if (walker.Metadata.Type == EntryType.File) await CaptureFileAsync(walker, entry);
        else await CaptureOtherAsync(walker, entry);
        _listing.Add(entry);
    }

    // Containers mount single files: /etc/hosts and the like.
    private static bool HidesAFile(TreeWalker walker) =>
        walker.Kind == WalkKind.Boundary && walker.Metadata.Type != EntryType.Directory;

    private void SetMetadata(PendingEntry entry, in FileMetadata file)
    {
        entry.Fields = EntryMetadata.FieldsOf(file);
        entry.Change = EntryMetadata.ChangeOf(file, IsUnsettled(file));
        entry.Owner = _metadata.OwnerOf(file);
    }

    private bool IsUnsettled(in FileMetadata file) => IsTouchedWithin(_settlingSeconds, file);

    private bool IsTouchedWithin(int seconds, in FileMetadata file) =>
        Settling.IsTouchedAfter(file, Settling.Before(_request.Time.GetUtcNow(), seconds));

    // Asked before the first byte is read: who opens it afterwards gives it a new time with the first change.
    private bool MayBeMapped(SourceFile source, in FileMetadata file) =>
        IsTouchedWithin(Limits.MappedWriteSeconds, file) && source.IsOpenForWriting() != false;

    private async ValueTask CaptureOtherAsync(TreeWalker walker, PendingEntry entry)
    {
        if (walker.Metadata.Type == EntryType.SymbolicLink)
        {
            var error = walker.ReadLink(out byte[] target);
            if (error.IsError) NoteUnreadable(entry, "link.unreadable", error.Text);
            entry.SymlinkTarget = target;
        }

        if (walker.Metadata.Type == EntryType.Directory)
        {
            walker.ReadInodeFlags(out var flags, out entry.Fields.ProjectId);
            entry.Fields.InodeFlags = (uint)(flags & InodeFlagsSet.Restorable);
        }

        entry.Fields.HardLinkGroup = GroupOf(walker, walker.Metadata);
        NoteXattrError(entry, walker.ReadXattrs(_xattrs));
        await TakeXattrsAsync(entry);
    }

    private async ValueTask CaptureFileAsync(TreeWalker walker, PendingEntry entry)
    {
        if (walker.Metadata.LinkCount > 1 && TakeLinked(walker, entry)) return;
        var error = walker.OpenFile(out var source);
        if (error.IsError)
        {
            NoteUnreadable(entry, "file.unreadable", error.Text);
            entry.Fields.HardLinkGroup = GroupOf(walker, walker.Metadata);
            return;
        }

        FileMetadata captured;
        using (source)
        {
            FilesRead++;
            bool isMapped = MayBeMapped(source!, walker.Metadata);
            captured = await ReadContentAsync(source!, entry, walker.Metadata);
            entry.Change.IsUnsettled |= isMapped;
            NoteXattrError(entry, source!.ReadXattrs(_xattrs));
            source.ReadInodeFlags(out var flags, out entry.Fields.ProjectId);
            entry.Fields.InodeFlags = (uint)(flags & InodeFlagsSet.Restorable);
            await TakeXattrsAsync(entry);
        }

        if (walker.Metadata.LinkCount > 1) RememberLinked(walker, entry, captured);
    }

    private bool TakeLinked(TreeWalker walker, PendingEntry entry)
    {
        if (!_links.TryFindCaptured(walker.Metadata, out var captured)) return false;
        entry.Fields = captured.Fields;
        (entry.Content, entry.Bundle, entry.BundleOffset) = (captured.Content, captured.Bundle, captured.BundleOffset);
        (entry.Extents, entry.Xattrs) = (captured.Extents, captured.Xattrs);
        entry.Change.IsUnsettled |= captured.IsUnsettled;
        entry.Fields.HardLinkGroup = GroupOf(walker, walker.Metadata);
        return true;
    }

    private void RememberLinked(TreeWalker walker, PendingEntry entry, in FileMetadata captured)
    {
        entry.Fields.HardLinkGroup = GroupOf(walker, walker.Metadata);
        // A set in a chunk of its own has no id yet; such a file is simply read again under its next name.
        if (entry.XattrChunk is not null || entry.Fields.Marks != EntryMarks.None) return;
        _links.Keep(walker.Metadata, new CapturedLink
        {
            Seen = captured,
            Fields = entry.Fields,
            IsUnsettled = entry.Change.IsUnsettled,
            Content = entry.Content,
            Bundle = entry.Bundle,
            BundleOffset = entry.BundleOffset,
            Xattrs = entry.Xattrs,
        });
    }

    /// <summary>Returns what the file was when the bytes taken were read; the entry tells of that.</summary>
    private async ValueTask<FileMetadata> ReadContentAsync(SourceFile source, PendingEntry entry, FileMetadata file)
    {
        for (int attempt = 0; ; attempt++)
        {
            var (error, isShort) = await ReadOnceAsync(source, entry, file);
            if (error.IsError)
            {
                NoteUnreadable(entry, "file.unreadable", error.Text);
                return file;
            }

            bool isKnown = !source.Stat(out var after).IsError;
            if (!isShort && (!isKnown || after.IsUnchangedFrom(file))) return file;
            if (attempt == Limits.RereadsOfChangedFile)
            {
                entry.Fields.Marks |= EntryMarks.ChangedWhileRead;
                _findings.Add("file.changed", entry.Path, isShort ? EndsEarly : GoesOnChanging);
                return file;
            }

            if (isKnown) file = after;
            SetMetadata(entry, file);
        }
    }

    private async ValueTask<(OsError Error, bool IsShort)> ReadOnceAsync(
        SourceFile source, PendingEntry entry, FileMetadata file)
    {
        (entry.Content, entry.Bundle) = (null, null);
        if (file.Size == 0) return default;
        bool isSparse = file.IsSparse
            && !(source.TryNextData(0, file.Size, out long start, out long end) && start == 0 && end >= file.Size);
        if (file.Size < Limits.SmallFileBytes && !isSparse) return (await ReadSmallAsync(source, entry, file), false);
        var content = _resumed?.TakeIfSame(entry.Path, file, _ids) ?? new FileContent(_ids);
        byte[] path = entry.Path.ToArray();
        CurrentPath = path;
        _capture.BetweenChunks = async so =>
        {
            if (Between is { } between) await between(new FileInHandState(path, file, so));
        };
        var read = await _capture.CaptureLargeAsync(source, file.Size, content);
        if (!read.Error.IsError) entry.Content = content;
        return read;
    }

    private async ValueTask<OsError> ReadSmallAsync(SourceFile source, PendingEntry entry, FileMetadata file)
    {
        var (error, small) = await _capture.CaptureSmallAsync(source, (int)file.Size);
        if (error.IsError) return error;
        entry.Fields.Size = (ulong)small.Length;
        entry.Fields.HasContentHash = small.Length > 0;
        entry.Fields.ContentHash = small.Hash;
        entry.Bundle = small.Bundle;
        entry.BundleOffset = small.Offset;
        if (small.Length == 0 || small.Bundle is not null) return OsError.None;
        entry.Fields.Shape = ContentShape.Whole;
        entry.Fields.Content = small.Known;
        entry.Fields.ContentOffset = small.Offset;
        return OsError.None;
    }

    private async ValueTask TakeXattrsAsync(PendingEntry entry)
    {
        if (_xattrs.Count == 0) return;
        _xattrBytes.Clear();
        _xattrBytes.Varint((ulong)_xattrs.Count);
        for (int i = 0; i < _xattrs.Count; i++)
        {
            _xattrBytes.Block(_xattrs.Name(i));
            _xattrBytes.Block(_xattrs.Value(i));
        }

        if (_xattrBytes.Length <= Format.Limits.InlineXattrBytes)
        {
            entry.Xattrs = XattrSet.Inline(_xattrBytes.Written);
            return;
        }

        entry.XattrChunk = NodeJob.Chunk(_xattrBytes.Written.ToArray());
        await _pipeline.SubmitAsync(entry.XattrChunk);
    }

    private void NoteUnreadable(PendingEntry entry, string code, string reason)
    {
        entry.Fields.Marks |= EntryMarks.ContentMissing;
        entry.Fields.HasContentHash = false;
        (entry.Content, entry.Bundle, entry.Fields.Shape) = (null, null, ContentShape.None);
        _findings.Add(code, entry.Path, reason);
    }

    private void NoteXattrError(PendingEntry entry, OsError error)
    {
        if (!error.IsError) return;
        _findings.Add("xattrs.unreadable", entry.Path, error.Text);
        // Taken over, the entry would go without its attributes until it is next changed.
        entry.Change.IsUnsettled = true;
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
        await _capture.Bundle.CloseAsync();
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
    ContentCapture Capture,
    NodePipeline Pipeline,
    RunFindings Findings,
    Sealing.Frames.NodeIds Ids,
    IReadOnlySet<ObjectId> Lost,
    BundleMoves Moves,
    ResumedFile? Resumed);

/// <summary>A large file in the middle of being read.</summary>
internal sealed record FileInHandState(byte[] Path, FileMetadata File, FileContent Content);
