using System.Buffers.Binary;

namespace Coffer.Sealing.Compressing;

/// <summary>
/// The head of a zstd frame (RFC 8878, 3.1.1.1), as far as a body may have one: no dictionary, and no window beyond
/// <see cref="CompressionLimits.MaxWindowLog"/>. libzstd itself looks at the window only when it streams.
/// </summary>
internal static class ZstdFrameHead
{
    private const uint Magic = 0xFD2FB528;
    private const int SingleSegment = 0x20, Reserved = 0x08, Dictionary = 0x03;

    public static bool IsAllowed(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(frame) != Magic) return false;
        int descriptor = frame[4];
        if ((descriptor & (Reserved | Dictionary)) != 0) return false;
        // The window of a single segment is its content, which the plain length bounds.
        if ((descriptor & SingleSegment) != 0) return true;
        long least = 1L << (10 + (frame[5] >> 3));
        return least + (least / 8 * (frame[5] & 7)) <= 1L << CompressionLimits.MaxWindowLog;
    }
}
