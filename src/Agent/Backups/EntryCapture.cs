using Coffer.Agent.Backups.Bases;
using Coffer.Agent.Backups.Links;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;
using Coffer.Format;
using Coffer.Format.Listing;
using CapturedXattrs = Coffer.FileSystem.XattrSet;
using XattrSet = Coffer.Format.Listing.XattrSet;

namespace Coffer.Agent.Backups;

/// <summary>
/// Takes one entry of a walk into the listing: reads it, sends its content, and tells what could not be had. A file
/// that changes while it is read is read again.
/// </summary>
internal sealed class EntryCapture : IDisposable
{
    private const string MountedOver = "another file is mounted over it, so its content was not read; exclude it, or "
        + "protect that file where it lies";

    private const string GoesOnChanging = "it went on changing while it was read";
    private const string EndsEarly = "it ends before its size says, each time that it is read; the rest is missing";

    private readonly BackupRequest _request;
    private readonly ListingBuilder _listing;
    private readonly ContentCapture _content;
    private readonly NodePipeline _pipeline;
    private readonly RunFindings _findings;
    private readonly ResumedFile? _resumed;
    private readonly Sealing.Frames.NodeIds _ids;
    private readonly int _settlingSeconds;
    private readonly HardLinks _links;
    private readonly CapturedXattrs _xattrs = new();
    private readonly ByteWriter _xattrBytes = new();

    public EntryCapture(ScanParts parts)
    {
        _request = parts.Request;
        _listing = parts.Listing;
        _content = parts.Content;
        _pipeline = parts.Pipeline;
        _findings = parts.Findings;
        _resumed = parts.Resumed;
        _ids = parts.Ids;
        _links = new HardLinks(_request.CacheFolder);
        // Clocks of file systems tick coarsely; those of other machines differ (architecture 2, "Unsettled entries").
        _settlingSeconds = _request.Source.IsNetwork ? 10 : 2;
    }

    public EntryMetadata Metadata { get; } = new();

    public long FilesRead { get; private set; }

    /// <summary>Called between the chunks of a large file.</summary>
    public Func<FileInHandState, ValueTask>? Between { get; set; }

    /// <summary>
    /// Its content is another's, so it is not read: containers mount single files, /etc/hosts and the like.
    /// </summary>
    public static bool HidesAFile(TreeWalker walker) =>
        walker.Kind == WalkKind.Boundary && walker.Metadata.Type != EntryType.Directory;

    /// <summary>The same for all names of a file in this listing; 0 where it has only one.</summary>
    public ulong GroupOf(TreeWalker walker, in FileMetadata file) =>
        file.Type != EntryType.Directory && file.LinkCount > 1
            ? _links.Meet(file, _listing.Cutter.GroupOf(walker.Path))
            : 0;

    /// <summary>Lists the entry that the walk is at, with its content.</summary>
    public async ValueTask CaptureAsync(TreeWalker walker)
    {
        var entry = _listing.Rent();
        entry.SetPath(walker.Path);
        SetMetadata(entry, walker.Metadata);
        if (walker.Kind == WalkKind.WayOnly) entry.Fields.Marks = EntryMarks.WayOnly;
        if (walker.Kind == WalkKind.Boundary || walker.Metadata.Type == EntryType.Unknown)
        {
            if (HidesAFile(walker)) NoteHidden(entry);
            _listing.Add(entry);
            return;
        }

        if (walker.Metadata.Type == EntryType.File) await CaptureFileAsync(walker, entry);
        else await CaptureOtherAsync(walker, entry);
        _listing.Add(entry);
    }

    public void Dispose()
    {
        _links.Dispose();
        _xattrs.Dispose();
    }

    private void SetMetadata(PendingEntry entry, in FileMetadata file)
    {
        entry.Fields = EntryMetadata.FieldsOf(file);
        entry.Change = EntryMetadata.ChangeOf(file, IsUnsettled(file));
        entry.Owner = Metadata.OwnerOf(file);
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
            if (error.IsError) NoteUnreadable(entry, "link.unreadable", error);
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
            NoteUnreadable(entry, "file.unreadable", error);
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
                NoteUnreadable(entry, "file.unreadable", error);
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
        _content.BetweenChunks = so => Between?.Invoke(new FileInHandState(path, file, so)) ?? default;
        var read = await _content.CaptureLargeAsync(source, file.Size, content);
        if (!read.Error.IsError) entry.Content = content;
        return read;
    }

    private async ValueTask<OsError> ReadSmallAsync(SourceFile source, PendingEntry entry, FileMetadata file)
    {
        var (error, small) = await _content.CaptureSmallAsync(source, (int)file.Size);
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

    private void NoteUnreadable(PendingEntry entry, string code, OsError error)
    {
        ForgetContent(entry);
        _findings.Add(code, entry.Path, error);
    }

    private void NoteHidden(PendingEntry entry)
    {
        ForgetContent(entry);
        _findings.Add("file.mounted-over", entry.Path, MountedOver);
    }

    private static void ForgetContent(PendingEntry entry)
    {
        entry.Fields.Marks |= EntryMarks.ContentMissing;
        entry.Fields.HasContentHash = false;
        (entry.Content, entry.Bundle, entry.Fields.Shape) = (null, null, ContentShape.None);
    }

    private void NoteXattrError(PendingEntry entry, OsError error)
    {
        if (!error.IsError) return;
        _findings.Add("xattrs.unreadable", entry.Path, error);
        // Taken over, the entry would go without its attributes until it is next changed.
        entry.Change.IsUnsettled = true;
    }
}
