using System.Buffers.Binary;
using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Caching;

/// <summary>
/// One listing page and its change page, plain, with the folder that the listing page speaks relative to.
/// </summary>
internal sealed record ListingPages(byte[] Folder, PageNode Listing, PageNode Changes);

/// <summary>Pages of a listing in order, from the cache or from the vault.</summary>
internal interface IPageSource : IDisposable
{
    /// <summary>The next pages; null at the end.</summary>
    ValueTask<ListingPages?> NextAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Which point a cached listing is of. A cache with another stamp is of no use for the base at hand; one that was
/// damaged gives itself away, as each page must hash to its id.
/// </summary>
internal readonly record struct CacheStamp(VaultId Vault, KeyspaceId Keyspace, ObjectId Point, long LossEpoch)
{
    public const int Size = 16 + 16 + 32 + 8;

    public void Write(Span<byte> target)
    {
        Vault.Value.CopyTo(target);
        Keyspace.Value.CopyTo(target[16..]);
        Point.CopyTo(target[32..]);
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], LossEpoch);
    }

    public static CacheStamp Read(ReadOnlySpan<byte> bytes) => new(
        new VaultId(new Id128(bytes)),
        new KeyspaceId(new Id128(bytes[16..])),
        new ObjectId(bytes[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]));
}

/// <summary>
/// Writes the listing of the run under way beside that of the last point. The stamp is written last, so a file cut
/// off has none. Layout: magic 8, stamp, then per page pair: folder, listing page, change page, each with its length.
/// </summary>
internal sealed class CachedListingWriter : IDisposable
{
    private readonly FileStream _file;

    public CachedListingWriter(string path)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        Span<byte> empty = stackalloc byte[Magic.Length + CacheStamp.Size];
        empty.Clear();
        _file.Write(empty);
    }

    public static ReadOnlySpan<byte> Magic => "CFcach1\n"u8;

    public void Add(ReadOnlySpan<byte> folder, PageNode listing, PageNode changes)
    {
        WriteBlock(folder);
        WriteNode(listing);
        WriteNode(changes);
    }

    /// <summary>Stamps a finished file and puts it in the place of the last one.</summary>
    public static void Publish(string finished, string target, CacheStamp stamp)
    {
        using (var file = new FileStream(finished, FileMode.Open, FileAccess.Write, FileShare.None, 1))
        {
            Span<byte> head = stackalloc byte[Magic.Length + CacheStamp.Size];
            Magic.CopyTo(head);
            stamp.Write(head[Magic.Length..]);
            file.Write(head);
        }

        File.Move(finished, target, overwrite: true);
    }

    /// <summary>Closes the file so that it can be read while it is not published.</summary>
    public void Close() => _file.Dispose();

    public void Dispose() => _file.Dispose();

    private void WriteNode(PageNode node)
    {
        Span<byte> id = stackalloc byte[ObjectId.Size];
        node.Id.CopyTo(id);
        _file.Write(id);
        WriteLength(node.References.Length);
        foreach (var reference in node.References)
        {
            reference.CopyTo(id);
            _file.Write(id);
        }

        WriteBlock(node.Body);
    }

    private void WriteBlock(ReadOnlySpan<byte> bytes)
    {
        WriteLength(bytes.Length);
        _file.Write(bytes);
    }

    private void WriteLength(int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        _file.Write(bytes);
    }
}

/// <summary>Reads a cached listing. Every page must hash to its id under the keyspace's key.</summary>
internal sealed class CachedListing : IPageSource
{
    private readonly FileStream _file;
    private readonly NodeIds _ids;

    private CachedListing(FileStream file, NodeIds ids)
    {
        _file = file;
        _ids = ids;
    }

    /// <summary>Null where there is no cache of that very base.</summary>
    public static CachedListing? Open(string path, CacheStamp? stamp, NodeIds ids)
    {
        if (!File.Exists(path)) return null;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 18);
        Span<byte> head = stackalloc byte[CachedListingWriter.Magic.Length + CacheStamp.Size];
        bool isWhole = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length;
        var magic = CachedListingWriter.Magic;
        // Without a stamp asked for, the caller wrote the file itself a moment ago.
        bool fits = isWhole && (stamp is not { } wanted
            || (head.StartsWith(magic) && CacheStamp.Read(head[magic.Length..]) == wanted));
        if (fits) return new CachedListing(file, ids);
        file.Dispose();
        return null;
    }

    public ValueTask<ListingPages?> NextAsync(CancellationToken cancellationToken)
    {
        return ValueTask.FromResult(_file.Position >= _file.Length ? null : ReadPages());
    }

    public void Dispose() => _file.Dispose();

    private ListingPages ReadPages()
    {
        try
        {
            byte[] folder = ReadBlock();
            var listing = ReadNode(NodeKind.ListingPage);
            return new ListingPages(folder, listing, ReadNode(NodeKind.ChangePage));
        }
        catch (EndOfStreamException e)
        {
            throw new CorruptionException($"cache file {_file.Name}", "a whole page", "the end", e);
        }
    }

    private PageNode ReadNode(NodeKind kind)
    {
        Span<byte> bytes = stackalloc byte[ObjectId.Size];
        _file.ReadExactly(bytes);
        var id = new ObjectId(bytes);
        int count = ReadLength(Format.Limits.MaxReferences);
        var references = new ObjectId[count];
        for (int i = 0; i < count; i++)
        {
            _file.ReadExactly(bytes);
            references[i] = new ObjectId(bytes);
        }

        byte[] body = ReadBlock();
        return _ids.Of(kind, references.AsSpan(), body) == id
            ? new PageNode(kind, id, references, body)
            : throw Damaged($"page {id}", "another");
    }

    private byte[] ReadBlock()
    {
        var bytes = new byte[ReadLength(Limits.CachedPageBytes)];
        _file.ReadExactly(bytes);
        return bytes;
    }

    private int ReadLength(int max)
    {
        Span<byte> bytes = stackalloc byte[4];
        _file.ReadExactly(bytes);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return (uint)length <= (uint)max ? length : throw Damaged($"a length of at most {max}", $"{length}");
    }

    private CorruptionException Damaged(string expected, string found) =>
        new($"cache file {_file.Name}", expected, found);
}
