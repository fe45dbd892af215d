using System.Collections.Concurrent;
using Coffer.Domain;
using Coffer.Format.Listing;

namespace Coffer.Agent.Verifying;

/// <summary>Where a file lies in its chunk, and what its bytes hash to; null where its entry does not tell.</summary>
internal readonly record struct FilePlace(uint Offset, ulong Size, Id128? Hash);

/// <summary>
/// Files that lie whole in one chunk, each distinct place once: what a chunk must hold besides opening to its id. About
/// 70 bytes a file, so they are looked at and forgotten when there are many.
/// </summary>
internal sealed class FilesInChunks
{
    private readonly Dictionary<ObjectId, HashSet<FilePlace>> _places = [];
    private readonly ConcurrentDictionary<(ObjectId Chunk, FilePlace Place), string> _wrong = [];
    private int _count;

    /// <summary>Files gathered before they are looked at.</summary>
    public int Limit { get; set; } = VerifyLimits.FilePlaces;

    public bool IsFull => _count >= Limit;

    public int WrongCount => _wrong.Count;

    /// <summary>Chunks whose files were not looked at.</summary>
    public IReadOnlyCollection<ObjectId> Chunks => _places.Keys;

    public void Add(in EntryFields entry)
    {
        if (entry.Shape != ContentShape.Whole) return;
        if (!_places.TryGetValue(entry.Content, out var places)) _places.Add(entry.Content, places = []);
        if (places.Add(PlaceOf(entry))) _count++;
    }

    public void Clear()
    {
        _places.Clear();
        _count = 0;
    }

    /// <summary>Compares a chunk's plain bytes with the files that lie in it. Several threads at a time.</summary>
    public void Compare(ObjectId chunk, ReadOnlySpan<byte> plain, Nodes.NodeReader nodes)
    {
        if (!_places.TryGetValue(chunk, out var places)) return;
        foreach (var place in places)
        {
            if (place.Offset > (uint)plain.Length || place.Size > (ulong)plain.Length - place.Offset)
                _wrong[(chunk, place)] = $"its {place.Size} bytes at {place.Offset} pass the end of chunk {chunk}";
            else if (place.Hash is { } hash
                && nodes.ContentHashOf(plain.Slice((int)place.Offset, (int)place.Size)) != hash)
                _wrong[(chunk, place)] = $"other bytes than the file's own lie at its place in chunk {chunk}";
        }
    }

    public bool IsWrong(in EntryFields entry, out string reason) =>
        _wrong.TryGetValue((entry.Content, PlaceOf(entry)), out reason!);

    private static FilePlace PlaceOf(in EntryFields entry) =>
        new(entry.ContentOffset, entry.Size, entry.HasContentHash ? entry.ContentHash : null);
}
