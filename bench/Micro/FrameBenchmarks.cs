using BenchmarkDotNet.Attributes;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Micro;

/// <summary>Compressing and sealing 1 MiB into a frame, and back again with the id recomputed.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private const int Size = 1 << 20;

    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly FrameBuffer _frame = new();
    private readonly FrameBuffer _target = new();
    private readonly FrameBuffer _plain = new();
    private byte[] _body = [];
    private ObjectId _id;
    private FrameSealer _sealer = null!;
    private FrameOpener _opener = null!;

    /// <summary>Text goes through the compressor whole; noise is found out by its probe.</summary>
    [Params("text", "noise")]
    public string Content { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _body = Content == "text" ? Samples.Text(Size) : Samples.Noise(Size);
        _id = new NodeIds(_keys).Of(NodeKind.Chunk, ReadOnlySpan<ObjectId>.Empty, _body);
        _sealer = new FrameSealer(_keys);
        _opener = new FrameOpener(_keys);
        _sealer.Seal(NodeKind.Chunk, _id, [], _body, _frame);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _sealer.Dispose();
        _opener.Dispose();
        _frame.Dispose();
        _target.Dispose();
        _plain.Dispose();
        _keys.Dispose();
    }

    [Benchmark]
    public int Seal_1MiB()
    {
        _sealer.Seal(NodeKind.Chunk, _id, [], _body, _target);
        return _target.Length;
    }

    [Benchmark]
    public int Open_1MiB()
    {
        _ = _opener.Open(_frame.Span, _id, NodeKind.Chunk, _plain);
        return _plain.Length;
    }
}
