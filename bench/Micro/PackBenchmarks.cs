using BenchmarkDotNet.Attributes;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Micro;

/// <summary>Writing a whole pack of sealed frames into memory: parsing, two hashes, table. No disk.</summary>
[MemoryDiagnoser]
public class PackBenchmarks
{
    private const int FrameCount = 32;

    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly byte[] _pack = new byte[40 << 20];
    private byte[] _frame = [];
    private int _length;

    [GlobalSetup]
    public void SetUp()
    {
        byte[] body = Samples.Noise(1_000_000);
        var id = new NodeIds(_keys).Of(NodeKind.Chunk, ReadOnlySpan<ObjectId>.Empty, body);
        using var sealer = new FrameSealer(_keys);
        using var frame = new FrameBuffer();
        sealer.Seal(NodeKind.Chunk, id, [], body, frame);
        _frame = frame.Span.ToArray();
    }

    [GlobalCleanup]
    public void CleanUp() => _keys.Dispose();

    [Benchmark]
    public PackName Pack_32MB()
    {
        _length = 0;
        var writer = new PackWriter(new PackHead(PackClass.Data, _keys.Keyspace, []), Keep);
        for (int i = 0; i < FrameCount; i++) writer.Append(_frame);
        return writer.Finish();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_pack.AsSpan(_length));
        _length += bytes.Length;
    }
}
