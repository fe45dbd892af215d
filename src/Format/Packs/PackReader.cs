using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;

namespace Coffer.Format.Packs;

/// <summary>
/// Reads <paramref name="target"/>'s length of a pack's bytes at <paramref name="offset"/>, all or an exception.
/// </summary>
public delegate void PackBytes(long offset, Span<byte> target);

/// <summary>A pack's head and table, read and checked without its bodies; and the check of a whole pack.</summary>
public sealed class PackReader
{
    private PackReader(PackHead head, PackEntry[] entries)
    {
        Head = head;
        Entries = entries;
    }

    public PackHead Head { get; }

    public IReadOnlyList<PackEntry> Entries { get; }

    /// <exception cref="CorruptionException">Not a pack, or one that is damaged in head, table or footer.</exception>
    public static PackReader Open(long length, PackBytes read, string place)
    {
        if (length is < PackHead.FixedSize + PackFooter.Size or > Limits.MaxPackBytes)
            throw new CorruptionException(place, $"a pack of at most {Limits.MaxPackBytes} bytes", $"{length} bytes");
        var head = ReadHead(length, read, place);
        var (footer, table) = ReadTable(length, read, place);
        return new PackReader(head, PackTable.Decode(table, head, footer, place));
    }

    /// <summary>The head alone: what lies behind it may be damaged.</summary>
    public static PackHead ReadHead(long length, PackBytes read, string place)
    {
        var bytes = new byte[Math.Clamp(length, 0, PackHead.MaxLength)];
        read(0, bytes);
        return PackHead.Parse(bytes, place);
    }

    /// <summary>
    /// The table alone, of a pack whose head may be damaged: its hash proves it, and its checksums prove the frames.
    /// </summary>
    /// <exception cref="CorruptionException">The table or the footer is damaged as well.</exception>
    public static IReadOnlyList<PackEntry> ReadEntries(
        long length, PackBytes read, PackClass packClass, string place)
    {
        if (length is < PackHead.FixedSize + PackFooter.Size or > Limits.MaxPackBytes)
            throw new CorruptionException(place, $"a pack of at most {Limits.MaxPackBytes} bytes", $"{length} bytes");
        var (footer, table) = ReadTable(length, read, place);
        return PackTable.Decode(table, packClass, -1, footer, place);
    }

    /// <summary>
    /// Reads every byte: each frame must be what the table says, and the whole must hash to <paramref name="name"/>.
    /// </summary>
    public static PackReader Check(PackName name, long length, PackBytes read)
    {
        string place = $"pack {name}";
        var pack = Open(length, read, place);
        if (pack.Head.Keyspace != name.Keyspace)
            throw new CorruptionException(place, $"keyspace {name.Keyspace}", $"{pack.Head.Keyspace}");
        var hasher = new Blake3Hasher();
        using var buffer = new FrameBuffer();
        Hash(hasher, buffer.Take(pack.Head.Length), 0, read);
        foreach (var entry in pack.Entries)
        {
            var frame = buffer.Take(entry.Length);
            Hash(hasher, frame, entry.Offset, read);
            if (DifferenceIn(entry, frame, name.Keyspace) is { } difference)
                throw new CorruptionException($"{place}, byte {entry.Offset}", "its table row's frame", difference);
        }

        long tail = pack.Entries.Count == 0 ? pack.Head.Length : pack.Entries[^1].Offset + pack.Entries[^1].Length;
        for (int part; tail < length; tail += part)
        {
            part = (int)Math.Min(length - tail, Limits.MaxPlainBytes);
            Hash(hasher, buffer.Take(part), tail, read);
        }

        Span<byte> hash = stackalloc byte[ObjectId.Size];
        hasher.Finish(hash);
        return new ObjectId(hash) == name.Hash ? pack : throw new CorruptionException(place, "its hash", "another");
    }

    /// <summary>What a frame differs in from its table row; null where it stands.</summary>
    public static string? DifferenceIn(PackEntry entry, ReadOnlySpan<byte> frame, KeyspaceId keyspace)
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(frame, hash);
        if (new Id128(hash) != entry.Checksum) return "another checksum";
        var header = FrameHeader.ParseWhole(frame, $"frame {entry.Id}");
        if (header.Id != entry.Id || header.Kind != entry.Kind) return $"{header.Kind} {header.Id}";
        if (header.Keyspace != keyspace) return $"keyspace {header.Keyspace}";
        return header.ReferencesOf(frame).SequenceEqual(entry.References.Span) ? null : "other references";
    }

    private static (PackFooter Footer, byte[] Table) ReadTable(long length, PackBytes read, string place)
    {
        var footerBytes = new byte[PackFooter.Size];
        read(length - PackFooter.Size, footerBytes);
        var footer = PackFooter.Parse(footerBytes, length, place);
        var table = new byte[footer.TableLength];
        read(footer.TableOffset, table);
        return (footer, table);
    }

    private static void Hash(Blake3Hasher hasher, Span<byte> bytes, long offset, PackBytes read)
    {
        read(offset, bytes);
        hasher.Update(bytes);
    }
}
