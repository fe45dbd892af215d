using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Coffer.Format.Hashing;

/// <summary>Numbers of the BLAKE3 specification (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020), section 2.</summary>
internal static unsafe class Blake3Constants
{
    public const int BlockSize = 64;
    public const int ChunkSize = 1024;
    public const int BlocksPerChunk = ChunkSize / BlockSize;
    public const int KeySize = 32;

    /// <summary>32-bit words of a chaining value.</summary>
    public const int CvWords = 8;

    public const int Rounds = 7;

    public const uint ChunkStart = 1;
    public const uint ChunkEnd = 2;
    public const uint Parent = 4;
    public const uint Root = 8;
    public const uint KeyedHash = 16;
    public const uint DeriveKeyContext = 32;
    public const uint DeriveKeyMaterial = 64;

    public const uint Iv0 = 0x6A09E667, Iv1 = 0xBB67AE85, Iv2 = 0x3C6EF372, Iv3 = 0xA54FF53A;

    public static ReadOnlySpan<uint> Iv =>
        [Iv0, Iv1, Iv2, Iv3, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];

    /// <summary>
    /// Message word of each of the 16 places of each round, times 16: the byte offset among 128-bit vectors, and a
    /// whole fraction of it for other sizes. The data is part of the image, so the pointer stays good.
    /// </summary>
    public static byte* Schedule => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(ScheduleTimes16));

    private static ReadOnlySpan<byte> ScheduleTimes16 =>
    [
        0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240,
        32, 96, 48, 160, 112, 0, 64, 208, 16, 176, 192, 80, 144, 224, 240, 128,
        48, 64, 160, 192, 208, 32, 112, 224, 96, 80, 144, 0, 176, 240, 128, 16,
        160, 112, 192, 144, 224, 48, 208, 240, 64, 0, 176, 32, 80, 128, 16, 96,
        192, 208, 144, 176, 240, 160, 224, 128, 112, 32, 80, 48, 0, 16, 96, 64,
        144, 224, 176, 80, 128, 192, 240, 16, 208, 48, 0, 160, 32, 96, 64, 112,
        176, 240, 80, 0, 16, 144, 128, 96, 224, 160, 32, 192, 48, 64, 112, 208,
    ];
}
