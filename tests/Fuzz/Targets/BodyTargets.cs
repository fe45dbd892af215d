using Coffer.Format;
using Coffer.Sealing.Compressing;
using static Coffer.Fuzz.Targets.Samples;

namespace Coffer.Fuzz.Targets;

/// <summary>Compressed bodies, as somebody with the key could make them: bombs among them.</summary>
internal static class BodyTargets
{
    private const int PlainLength = 5000;

    public static IEnumerable<Target> List =>
    [
        new("zstd body", [Zstd()], static bytes =>
        {
            var plain = new byte[PlainLength];
            using var decompressor = new Decompressor();
            decompressor.Decompress(Compression.Zstd, bytes, plain);
        }),
        new("brotli body", [Brotli()], static bytes =>
        {
            var plain = new byte[PlainLength];
            using var decompressor = new Decompressor();
            decompressor.Decompress(Compression.Brotli, bytes, plain);
        }),
    ];

    private static byte[] Zstd()
    {
        using var compressor = new Compressor();
        var target = new byte[Compressor.Bound(PlainLength)];
        int written = compressor.Compress(Text(PlainLength), target, out var algorithm);
        algorithm.ShouldBe(Compression.Zstd);
        return target[..written];
    }

    private static byte[] Brotli()
    {
        var target = new byte[PlainLength];
        System.IO.Compression.BrotliEncoder.TryCompress(Text(PlainLength), target, out int written).ShouldBeTrue();
        return target[..written];
    }
}
