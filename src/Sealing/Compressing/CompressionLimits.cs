namespace Coffer.Sealing.Compressing;

/// <summary>Numbers of compression, with their reasons.</summary>
internal static class CompressionLimits
{
    /// <summary>Level 3 is the knee on real files: 5 costs 1.6 times the CPU for 8 % less.</summary>
    public const int Level = 3;

    /// <summary>Where little is to be gained: 15 points of CPU less than level 3 for a tenth more bytes.</summary>
    public const int FastLevel = 1;

    /// <summary>
    /// Where the probe found nothing: 0.7 ms a MiB, a quarter of level 3's cost there, and nine tenths of what it
    /// would have saved in the parts that the probe missed (measured on bodies that mix many files).
    /// </summary>
    public const int SkimLevel = -1;

    /// <summary>What saves less than one part in so many is stored raw: reading it back shall cost nothing.</summary>
    public const int LeastSaving = 128;

    /// <summary>Below this, compressing costs no more than asking whether to.</summary>
    public const int ProbeFromBytes = 64 << 10;

    public const int ProbeSampleBytes = 4 << 10;

    public const int ProbeSamples = 4;

    /// <summary>Bodies whose samples keep more than this share are compressed at <see cref="SkimLevel"/>.</summary>
    public const int SkimAbovePercent = 97;

    /// <summary>Bodies whose samples keep more than this share are compressed at <see cref="FastLevel"/>.</summary>
    public const int FastAbovePercent = 85;

    /// <summary>8 MiB: what asks for more was not written by us.</summary>
    public const int MaxWindowLog = 23;

    /// <summary>Brotli 1 costs what zstd 3 costs, for 1.2 times its bytes.</summary>
    public const int BrotliQuality = 1;

    /// <summary>4 MiB, the largest chunk.</summary>
    public const int BrotliWindowLog = 22;
}
