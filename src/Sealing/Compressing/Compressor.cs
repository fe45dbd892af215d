using System.IO.Compression;
using Coffer.Format;

namespace Coffer.Sealing.Compressing;

/// <summary>
/// Compresses bodies before they are sealed, where it pays. One per worker: it keeps its native context. Allocates
/// nothing per body.
/// </summary>
public sealed class Compressor : IDisposable
{
    private readonly ZstdContext? _zstd;
    private int _level;

    /// <summary>With zstd where the system has it, else with Brotli.</summary>
    public Compressor()
        : this(ZstdLibrary.Instance is null ? Compression.Brotli : Compression.Zstd)
    {
    }

    internal Compressor(Compression algorithm)
    {
        if (algorithm == Compression.Zstd) _zstd = ZstdContext.ForCompressing(ZstdLibrary.Instance!);
    }

    /// <summary>The size that a target needs for a body of <paramref name="plainLength"/> bytes.</summary>
    public static int Bound(int plainLength)
    {
        // zstd.h, ZSTD_COMPRESSBOUND: with so much room it never checks for the end. Brotli gets by with less.
        const int Block = 128 << 10;
        int margin = plainLength < Block ? (Block - plainLength) >> 11 : 0;
        return checked(plainLength + (plainLength >> 8) + margin + 64);
    }

    /// <summary>
    /// Compresses <paramref name="plain"/> into <paramref name="target"/> (at least <see cref="Bound"/> bytes) and
    /// returns the bytes written. Where that does not pay, <paramref name="algorithm"/> is
    /// <see cref="Compression.None"/>, the result the plain length, and the target holds nothing of use: the plain
    /// bytes themselves are what to store.
    /// </summary>
    public int Compress(ReadOnlySpan<byte> plain, Span<byte> target, out Compression algorithm)
    {
        if (target.Length < Bound(plain.Length))
            throw new ArgumentException($"{target.Length} bytes of room for {plain.Length}", nameof(target));

        algorithm = Compression.None;
        if (plain.Length == 0) return 0;
        int level = LevelFor(plain, target);

        // Brotli has no level cheap enough for what hardly compresses.
        if (_zstd is null && level == CompressionLimits.SkimLevel) return plain.Length;
        int atMost = plain.Length - plain.Length / CompressionLimits.LeastSaving;
        if (!TryCompress(plain, target, level, out int written) || written >= atMost) return plain.Length;
        algorithm = _zstd is null ? Compression.Brotli : Compression.Zstd;
        return written;
    }

    public void Dispose() => _zstd?.Dispose();

    /// <summary>The level that a small probe of the body advises.</summary>
    internal int LevelFor(ReadOnlySpan<byte> plain, Span<byte> scratch)
    {
        if (plain.Length < CompressionLimits.ProbeFromBytes) return CompressionLimits.Level;

        // Each sample by itself: of a bundle, one may be text and the next a picture, and compressed together the
        // picture would hide what the text gains. The first and the last begin away from the ends, where headers are.
        const int Samples = CompressionLimits.ProbeSamples;
        const int SampleBytes = CompressionLimits.ProbeSampleBytes;
        int kept = 0;
        int stratum = plain.Length / Samples;
        for (int i = 0; i < Samples; i++)
        {
            var sample = plain.Slice(i * stratum + (stratum - SampleBytes) / 2, SampleBytes);
            bool fits = TryCompress(sample, scratch, CompressionLimits.FastLevel, out int written);
            kept += fits ? Math.Min(written, SampleBytes) : SampleBytes;
        }

        const int Whole = Samples * SampleBytes;
        if (kept * 100 > CompressionLimits.SkimAbovePercent * Whole) return CompressionLimits.SkimLevel;
        return kept * 100 > CompressionLimits.FastAbovePercent * Whole
            ? CompressionLimits.FastLevel
            : CompressionLimits.Level;
    }

    internal bool TryCompress(ReadOnlySpan<byte> plain, Span<byte> target, int level, out int written)
    {
        if (_zstd is null)
        {
            return BrotliEncoder.TryCompress(
                plain, target, out written, CompressionLimits.BrotliQuality, CompressionLimits.BrotliWindowLog);
        }

        if (_level != level) _zstd.Set(ZstdLibrary.LevelParameter, level);
        _level = level;
        return _zstd.TryRun(plain, target, out written);
    }
}
