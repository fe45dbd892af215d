using BenchmarkDotNet.Attributes;
using Coffer.Sealing.Chunking;
using Coffer.Sealing.Keys;

namespace Coffer.Micro;

/// <summary>Boundaries of 64 MiB that never repeat.</summary>
[MemoryDiagnoser]
public class ChunkerBenchmarks
{
    private readonly byte[] _data = Samples.Noise(64 << 20);
    private FastCdc _chunker = null!;

    [GlobalSetup]
    public void SetUp()
    {
        using var keys = KeyspaceKeys.New();
        _chunker = new FastCdc(keys.Gear, ChunkSizes.File);
    }

    [Benchmark]
    public int Chunks_64MiB()
    {
        int count = 0;
        for (int at = 0; at < _data.Length; count++) at += _chunker.NextLength(_data.AsSpan(at));
        return count;
    }
}
