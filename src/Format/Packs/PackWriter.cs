using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;

namespace Coffer.Format.Packs;

/// <summary>Takes the next bytes of a pack.</summary>
public delegate void PackSink(ReadOnlySpan<byte> bytes);

/// <summary>
/// Writes one pack, front to back: head, frames as they come, then table and footer. Each frame's head is parsed, so a
/// pack that this made is one that <see cref="PackReader"/> accepts.
/// </summary>
public sealed class PackWriter
{
    private readonly PackHead _head;
    private readonly PackSink _sink;
    private readonly Blake3Hasher _hasher = new();
    private readonly List<PackEntry> _entries = [];
    private readonly HashSet<ObjectId> _ids = [];

    /// <param name="sink">Takes the bytes in order; called by the methods of this class only.</param>
    public PackWriter(PackHead head, PackSink sink)
    {
        _head = head;
        _sink = sink;
        Emit(head.Encode());
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public IReadOnlyList<PackEntry> Entries => _entries;

    public bool IsFull => Length >= Limits.PackTargetBytes || _entries.Count >= Limits.MaxPackFrames;

    /// <summary>Adds a frame; one whose id the pack has already is passed over.</summary>
    /// <exception cref="CorruptionException">Not one whole frame of this pack's keyspace and class.</exception>
    public void Append(ReadOnlySpan<byte> frame)
    {
        Invariant.Holds(!IsFull);
        var header = FrameHeader.ParseWhole(frame, "frame to be packed");
        if (header.Keyspace != _head.Keyspace || PackClasses.Of(header.Kind) != _head.Class)
            throw new CorruptionException("frame to be packed", $"{_head.Class} of {_head.Keyspace}", $"{header.Kind}");
        // A second copy of an id in one pack would never be found.
        if (!_ids.Add(header.Id)) return;
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(frame, hash);
        _entries.Add(new PackEntry(
            header.Id, header.Kind, Length, frame.Length, new Id128(hash), header.ReferencesOf(frame).ToArray()));
        Emit(frame);
    }

    /// <summary>Writes table and footer; the pack's name is the hash of all its bytes.</summary>
    public PackName Finish()
    {
        byte[] table = PackTable.Encode(_entries);
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(table, hash);
        Span<byte> footer = stackalloc byte[PackFooter.Size];
        new PackFooter(Length, table.Length, _entries.Count, new ObjectId(hash)).Write(footer);
        Emit(table);
        Emit(footer);
        _hasher.Finish(hash);
        return new PackName(_head.Keyspace, new ObjectId(hash));
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        _hasher.Update(bytes);
        _sink(bytes);
        Length += bytes.Length;
    }
}
