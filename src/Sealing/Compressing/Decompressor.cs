using System.Buffers;
using System.IO.Compression;
using Coffer.Domain;
using Coffer.Format;

namespace Coffer.Sealing.Compressing;

/// <summary>Undoes <see cref="Compressor"/>. One per worker. Never writes beyond the plain size that it is given, so
/// a body made to burst costs nothing.</summary>
public sealed class Decompressor : IDisposable
{
    private ZstdContext? _zstd;

    /// <summary>Fills <paramref name="plain"/> exactly.</summary>
    /// <exception cref="CorruptionException">The stored bytes do not give exactly so many bytes.</exception>
    /// <exception cref="FaultException">The bytes are zstd and the system has no libzstd.</exception>
    public void Decompress(Compression algorithm, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        int written;
        bool ok = algorithm switch
        {
            Compression.None => TryCopy(stored, plain, out written),
            Compression.Zstd => TryZstd(stored, plain, out written),
            Compression.Brotli => TryBrotli(stored, plain, out written),
            _ => throw new CorruptionException(
                "frame body", "a known compression", $"number {(byte)algorithm}"),
        };

        if (!ok || written != plain.Length)
        {
            throw new CorruptionException(
                "frame body", $"{plain.Length} bytes from {stored.Length} ({algorithm})",
                ok ? $"{written} bytes" : "bytes that do not decompress to them");
        }
    }

    public void Dispose() => _zstd?.Dispose();

    private static bool TryCopy(ReadOnlySpan<byte> stored, Span<byte> plain, out int written)
    {
        written = stored.Length;
        return stored.Length == plain.Length && stored.TryCopyTo(plain);
    }

    private bool TryZstd(ReadOnlySpan<byte> stored, Span<byte> plain, out int written)
    {
        written = 0;
        var zstd = Zstd();
        return ZstdFrameHead.IsAllowed(stored) && zstd.IsOneFrame(stored) && zstd.TryRun(stored, plain, out written);
    }

    private static bool TryBrotli(ReadOnlySpan<byte> stored, Span<byte> plain, out int written)
    {
        using var decoder = new BrotliDecoder();
        var status = decoder.Decompress(stored, plain, out int consumed, out written);
        return status == OperationStatus.Done && consumed == stored.Length;
    }

    private ZstdContext Zstd() => _zstd ??= ZstdContext.ForDecompressing(
        ZstdLibrary.Instance ?? throw FaultException.Failed(
            "compression.zstd-missing",
            "This backup is compressed with zstd, and the library libzstd was not found on this machine.",
            "Install it (Debian: apt-get install libzstd1), then try again."));
}
