using System.Runtime.CompilerServices;
using Coffer.Agent.Browsing;
using Coffer.Agent.Nodes;
using Coffer.Agent.Restores.Targets;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Agent.Restores.Writing;

/// <summary>A run of a file's bytes: where they belong in the file, and where they are.</summary>
internal readonly record struct Segment(long FileOffset, int Length, ObjectId Chunk, uint ChunkOffset);

/// <summary>Bytes that lie in chunks: where, copied out of the file's listing entry.</summary>
internal sealed class StoredContent : FileContent
{
    private readonly PageReader _pages;
    private readonly ContentShape _shape;
    private readonly ObjectId _content;
    private readonly uint _offset;
    private readonly Extent[] _extents;
    private readonly int _level;

    public StoredContent(ListingPageReader entry, PageReader pages)
    {
        _pages = pages;
        ref readonly var fields = ref entry.Fields;
        _shape = fields.Shape;
        _content = fields.Content;
        _offset = fields.ContentOffset;
        _level = fields.ExtentPageLevel;
        _extents = entry.Extents.ToArray();
        Size = (long)Math.Min(fields.Size, long.MaxValue);
        Hash = fields.HasContentHash ? fields.ContentHash : null;
    }

    public override long Size { get; }

    /// <summary>Of all bytes of a small file.</summary>
    public Id128? Hash { get; }

    /// <summary>All bytes in one chunk.</summary>
    public bool IsWhole => _shape == ContentShape.Whole;

    public ObjectId Chunk => _content;

    /// <summary>The one segment of a file whose bytes all lie in one chunk.</summary>
    public Segment Whole =>
        Size <= Format.Limits.MaxPlainBytes ? new Segment(0, (int)Size, _content, _offset) : throw Outside(Size);

    // A damaged bundle leaves no empty file behind, nor replaces a good one.
    public override async ValueTask RequireAsync(ChunkReaders chunks, CancellationToken cancellationToken)
    {
        if (!IsWhole) return;
        var reader = chunks.Of(_pages);
        reader.Require(await reader.ReadAsync(Chunk, cancellationToken), this);
    }

    public override async ValueTask<OsError> FillAsync(
        TargetFile file, ChunkReaders chunks, CancellationToken cancellationToken)
    {
        var reader = chunks.Of(_pages);
        if (IsWhole) return file.Write(0, ChunkReader.Slice(await reader.ReadAsync(Chunk, cancellationToken), Whole));
        await foreach (var segment in SegmentsAsync(reader.Nodes, cancellationToken))
        {
            var chunk = await reader.ReadAsync(segment.Chunk, cancellationToken);
            OsError error = file.Write(segment.FileOffset, ChunkReader.Slice(chunk, segment));
            if (error.IsError) return error;
        }

        return OsError.None;
    }

    public override ValueTask<bool> IsInAsync(
        SourceFile file, long length, bool mayHaveHoles, ChunkReaders chunks, CancellationToken cancellationToken) =>
        ExistingEntry.HasContentAsync(file, this, length, mayHaveHoles, chunks.Of(_pages), cancellationToken);

    /// <summary>The segments in order; what lies between them, and behind the last, is a hole.</summary>
    /// <exception cref="CorruptionException">
    /// An extent page does not open, or an extent lies outside the file.
    /// </exception>
    public async IAsyncEnumerable<Segment> SegmentsAsync(
        NodeReader nodes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long end = 0;
        if (_shape == ContentShape.Whole)
        {
            yield return Whole;
        }
        else if (_shape == ContentShape.Extents)
        {
            foreach (var extent in _extents) yield return Place(extent, ref end);
        }
        else if (_shape == ContentShape.Paged)
        {
            await foreach (var extent in PagedAsync(nodes, _content, _level, cancellationToken))
                yield return Place(extent, ref end);
        }
    }

    private static async IAsyncEnumerable<Extent> PagedAsync(
        NodeReader nodes, ObjectId id, int level, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var node = await nodes.ReadPageAsync(id, NodeKind.ExtentPage, cancellationToken);
        var page = ExtentPage.Decode(node.Body, node.References, $"extent page {id}");
        if (page.Level != level) throw new CorruptionException($"extent page {id}", $"level {level}", $"{page.Level}");
        foreach (var extent in page.Extents) yield return extent;
        foreach (var child in page.Children)
            await foreach (var extent in PagedAsync(nodes, child.Page, level - 1, cancellationToken))
                yield return extent;
    }

    private Segment Place(Extent extent, ref long end)
    {
        ulong start = (ulong)end + extent.Gap;
        if (extent.Gap > (ulong)Size
            || start + extent.Length > (ulong)Size) throw Outside((long)Math.Min(start, long.MaxValue));
        end = (long)(start + extent.Length);
        return new Segment((long)start, (int)extent.Length, extent.Chunk, extent.Offset);
    }

    private CorruptionException Outside(long at) =>
        new("extents of a file", $"bytes within its {Size}", $"some at {at}");
}
