using System.Numerics;

namespace Coffer.Sealing.Chunking;

/// <summary>
/// Bounds of a chunk, in bytes: none is shorter than <see cref="Min"/> except at the end of the data, none longer than
/// <see cref="Max"/>; <see cref="Normal"/> is a power of two, and where the cut condition becomes easier.
/// </summary>
public readonly record struct ChunkSizes
{
    public ChunkSizes(int min, int normal, int max)
    {
        // 2^8 and 2^30: the masks need bits to spare on both sides.
        if (min < 64 || normal < min || max < normal || max > 1 << 30 || normal < 256 || !BitOperations.IsPow2(normal))
            throw new ArgumentException($"chunk sizes {min}/{normal}/{max} are not ordered, or outside 64 to 2^30");
        (Min, Normal, Max) = (min, normal, max);
    }

    public int Min { get; }

    public int Normal { get; }

    public int Max { get; }

    /// <summary>For file data: 256 KiB, 1 MiB, 4 MiB (docs/format.md, "Chunks").</summary>
    public static ChunkSizes File { get; } = new(256 << 10, 1 << 20, 4 << 20);
}
