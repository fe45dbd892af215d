using Coffer.Agent.Caching;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.Agent.Rebundling;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Hashing;
using Coffer.Format.Listing;
using Coffer.Sealing.Chunking;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Backups;

/// <summary>
/// Reads the bytes of new and changed files and sends them on: small files in bundles, large ones in chunks.
/// </summary>
internal sealed class ContentCapture : IDisposable
{
    private readonly SlabPool _slabs = new();
    private readonly NodePipeline _pipeline;
    private readonly IBackupSession _session;
    private readonly SortedTable<ContentRow> _known;
    private readonly BundleMoves _moves;
    private readonly Dictionary<Id128, SmallFile> _moved = [];
    private readonly FastCdc _chunker;
    private readonly byte[] _contentKey;
    private readonly HashSet<ObjectId> _present = [];
    private readonly ObjectId[] _asked = new ObjectId[1];
    private readonly bool[] _answer = new bool[1];

    public ContentCapture(
        NodePipeline pipeline, IBackupSession session, KeyspaceKeys keys, SortedTable<ContentRow> known,
        BundleMoves moves)
    {
        _pipeline = pipeline;
        _session = session;
        _known = known;
        _moves = moves;
        _chunker = new FastCdc(keys.Gear, ChunkSizes.File);
        _contentKey = keys.Content.ToArray();
        Bundle = new BundleBuilder(_slabs, pipeline);
    }

    public BundleBuilder Bundle { get; }

    /// <summary>Bytes read so far.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Called between the chunks of a large file: progress, cancelling, checkpoints.</summary>
    public Func<FileContent, ValueTask>? BetweenChunks { get; set; }

    /// <summary>
    /// Reads a small file whole into the bundle in hand, or finds its bytes in a chunk that the vault has. Returns how
    /// many bytes there were: fewer than <paramref name="size"/> where the file has shrunk.
    /// </summary>
    public async ValueTask<(OsError Error, SmallFile File)> CaptureSmallAsync(SourceFile source, int size)
    {
        await Bundle.PrepareAsync(size, _pipeline.Stopped);
        var error = ReadFully(source, 0, Bundle.Room(size), out int length);
        if (error.IsError || length == 0) return (error, default);
        var hash = HashOf(Bundle.Room(length));
        if (await FindKnownAsync(hash, (uint)length) is { } place)
            return (error, new SmallFile(length, hash, null, place.Offset, place.Chunk));
        return (error, await AddAsync(length, hash));
    }

    /// <summary>
    /// Puts the bytes of an unchanged small file into the bundle in hand. Null where they cannot be read or are not
    /// those of <paramref name="hash"/>: then nothing was added.
    /// </summary>
    public async ValueTask<SmallFile?> MoveSmallAsync(SourceFile source, int size, Id128 hash)
    {
        if (_moved.TryGetValue(hash, out var clone) && clone.Length == size) return clone;
        await Bundle.PrepareAsync(size, _pipeline.Stopped);
        if (ReadFully(source, 0, Bundle.Room(size), out int length).IsError) return null;
        if (length != size || HashOf(Bundle.Room(length)) != hash) return null;
        var place = await AddAsync(length, hash);
        if (_moved.Count < Limits.RememberedMoves) _moved[hash] = place;
        return place;
    }

    /// <summary>
    /// Reads a large or sparse file; holes stay holes, and chunks begin anew after each. Short: bytes that were there
    /// a moment ago could not be had, so what follows is no hole.
    /// </summary>
    public async ValueTask<(OsError Error, bool IsShort)> CaptureLargeAsync(
        SourceFile source, long size, FileContent content)
    {
        long covered = (long)content.CoveredBytes;
        bool isShort = false;
        // What a file in hand had covered may end inside a run of data; the gap before the next chunk is then 0.
        while (!isShort && covered < size && source.TryNextData(covered, size, out long start, out long end))
        {
            start = Math.Max(start, covered);
            var error = await CaptureRunAsync(source, start, end, (ulong)(start - covered), content);
            if (error.IsError) return (error, false);
            covered = (long)content.CoveredBytes;
            isShort = covered < end;
        }

        content.Complete();
        return (OsError.None, isShort);
    }

    public void Dispose()
    {
        Bundle.Dispose();
        _slabs.Dispose();
    }

    private async ValueTask<SmallFile> AddAsync(int length, Id128 hash)
    {
        bool ends = Bundle.Add(length, hash, out var ticket, out uint offset);
        if (ends) await Bundle.CloseAsync();
        return new SmallFile(length, hash, ticket, offset, default);
    }

    private async ValueTask<OsError> CaptureRunAsync(
        SourceFile source, long start, long end, ulong gap, FileContent content)
    {
        var slab = await _slabs.TakeAsync(_pipeline.Stopped);
        try
        {
            int filled = 0, used = 0;
            for (long at = start; ;)
            {
                int wanted = (int)Math.Min(Limits.SlabBytes - filled, end - at);
                var error = ReadFully(source, at, slab.Span.Slice(filled, wanted), out int read);
                if (error.IsError) return error;
                at += read;
                filled += read;
                bool isLast = at >= end || read < wanted;
                used = await CutAsync(slab, used, filled, isLast, content, gap);
                if (used > 0) gap = 0;
                if (isLast) return OsError.None;
                var next = await _slabs.TakeAsync(_pipeline.Stopped);
                slab.Span[used..filled].CopyTo(next.Span);
                slab.Release();
                slab = next;
                (filled, used) = (filled - used, 0);
                if (BetweenChunks is { } between) await between(content);
            }
        }
        finally
        {
            slab.Release();
        }
    }

    // Sends every chunk that certainly ends within the filled part; what remains needs more bytes.
    private async ValueTask<int> CutAsync(
        Slab slab, int used, int filled, bool isLast, FileContent content, ulong gap)
    {
        while (used < filled)
        {
            int left = filled - used;
            int length = _chunker.NextLength(slab.Span.Slice(used, left));
            if (length == left && !isLast && left < _chunker.Sizes.Max) break;
            var job = NodeJob.Chunk(slab, used, length);
            content.Add(gap, (ulong)length, job, 0);
            gap = 0;
            used += length;
            await _pipeline.SubmitAsync(job);
        }

        return used;
    }

    private OsError ReadFully(SourceFile source, long offset, Span<byte> target, out int length)
    {
        length = 0;
        while (length < target.Length)
        {
            var error = source.Read(offset + length, target[length..], out int read);
            if (error.IsError) return error;
            if (read == 0) break;
            length += read;
        }

        BytesRead += length;
        return OsError.None;
    }

    private Id128 HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Id128.Size];
        Blake3.KeyedHash(_contentKey, bytes, hash);
        return new Id128(hash);
    }

    private async ValueTask<ContentRow?> FindKnownAsync(Id128 hash, uint length)
    {
        bool isKnown = _known.TryFind(new ContentRow(hash, default, 0, 0), out var row) && row.Length == length;
        if (!isKnown || _moves.Dissolves(row.Chunk)) return null;
        if (_present.Contains(row.Chunk)) return row;
        _asked[0] = row.Chunk;
        await _session.HaveAsync(_asked, _answer, _pipeline.Stopped);
        if (!_answer[0]) return null;
        _ = _present.Add(row.Chunk);
        return row;
    }
}

/// <summary>A small file as it was read.</summary>
/// <param name="Bundle">What it went into; null where <paramref name="Known"/> holds its bytes already.</param>
/// <param name="Offset">First byte within bundle or chunk.</param>
internal readonly record struct SmallFile(int Length, Id128 Hash, BundleTicket? Bundle, uint Offset, ObjectId Known);
