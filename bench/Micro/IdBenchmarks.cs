using BenchmarkDotNet.Attributes;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Micro;

/// <summary>Keyed BLAKE3 of the sizes that occur: a small file, a listing page, a bundle, the largest chunk.</summary>
[MemoryDiagnoser]
public class IdBenchmarks
{
    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private byte[] _body = [];
    private NodeIds _ids = null!;

    [Params(1 << 10, 16 << 10, 1 << 20, 4 << 20)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _body = Samples.Noise(Bytes);
        _ids = new NodeIds(_keys);
    }

    [GlobalCleanup]
    public void CleanUp() => _keys.Dispose();

    [Benchmark]
    public ObjectId NodeId() => _ids.Of(NodeKind.Chunk, ReadOnlySpan<ObjectId>.Empty, _body);

    [Benchmark]
    public Id128 ContentHash()
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.KeyedHash(_keys.Content, _body, hash);
        return new Id128(hash);
    }
}
