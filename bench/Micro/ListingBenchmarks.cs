using System.Text;
using BenchmarkDotNet.Attributes;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Listing;

namespace Coffer.Micro;

/// <summary>A listing page of 2,000 files in twenty folders, as a backup of source code makes them.</summary>
[MemoryDiagnoser]
public class ListingBenchmarks
{
    private const int FolderCount = 20;
    private const int FilesPerFolder = 100;
    private const int ChunkBytes = 1 << 20;

    private readonly ListingPageWriter _writer = new();
    private readonly ListingPageReader _reader = new();
    private readonly ByteWriter _body = new();
    private readonly Ownership _owner = new(1000, "user"u8.ToArray(), 1000, "user"u8.ToArray());
    private readonly List<(byte[] Path, EntryFields Fields)> _entries = [];
    private byte[] _page = [];
    private byte[] _folder = [];
    private ObjectId[] _references = [];

    [GlobalSetup]
    public void SetUp()
    {
        byte[] hashes = Samples.Noise(FolderCount * FilesPerFolder * 16);
        for (int i = 0; i < FolderCount * FilesPerFolder; i++) _entries.Add(EntryAt(i, hashes));
        _ = Encode_2000Entries();
        _page = _body.Written.ToArray();
        _folder = _writer.FirstPath[.._writer.FolderLength].ToArray();
        _references = [.. _writer.References];
    }

    [Benchmark]
    public int Encode_2000Entries()
    {
        _writer.Clear();
        foreach (var (path, fields) in _entries) _writer.Add(path, fields, _owner, [], [], null, []);
        _writer.WriteBody(_body);
        return _body.Length;
    }

    [Benchmark]
    public ulong Decode_2000Entries()
    {
        ulong bytes = 0;
        _reader.Open(_page, _references, _folder, "page of the benchmark");
        while (_reader.MoveNext()) bytes += _reader.Fields.Size;
        return bytes;
    }

    private static (byte[] Path, EntryFields Fields) EntryAt(int index, byte[] hashes)
    {
        const uint size = 8_000;
        uint position = (uint)index * size;
        Span<byte> chunk = stackalloc byte[ObjectId.Size];
        chunk[0] = (byte)(position / ChunkBytes);
        string path = $"usr/src/tree/folder-{index / FilesPerFolder:d2}/file-{index % FilesPerFolder:d3}.c";
        return (Encoding.ASCII.GetBytes(path), new EntryFields
        {
            Mode = 0x81A4, // a regular file, rw-r--r--
            Size = size,
            MtimeSeconds = 1_700_000_000 + (index % 7),
            MtimeNanoseconds = (uint)index * 1_000,
            HasContentHash = true,
            ContentHash = new Id128(hashes.AsSpan(index * 16, 16)),
            Shape = ContentShape.Whole,
            Content = new ObjectId(chunk),
            ContentOffset = position % ChunkBytes,
        });
    }
}
