namespace Coffer.Sealing.Compressing;

/// <summary>Numbers of compression, with their reasons.</summary>
internal static class CompressionLimits
{
    /// <summary>Level 3 is the knee on real files: 5 costs 1.6 times the CPU for 8 % less.</summary>
    public const int Level = 3;

    /// <summary>Where little is to be gained: 15 points of CPU less than level 3 for a tenth more bytes.</summary>
    public const int FastLevel = 1;

    /// <summary>Below this, compressing costs no more than asking whether to.</summary>
    public const int ProbeFromBytes = 64 << 10;

    public const int ProbeSampleBytes = 4 << 10;

    public const int ProbeSamples = 4;

    /// <summary>Samples that keep more than this share are stored raw.</summary>
    public const int RawAbovePercent = 97;

    /// <summary>Samples that keep more than this share are compressed at <see cref="FastLevel"/>.</summary>
    public const int FastAbovePercent = 85;

    /// <summary>8 MiB, above any body: what asks for more was not written by us.</summary>
    public const int MaxWindowLog = 23;

    /// <summary>Brotli 1 costs what zstd 3 costs, for 1.2 times its bytes.</summary>
    public const int BrotliQuality = 1;

    /// <summary>4 MiB, the largest chunk.</summary>
    public const int BrotliWindowLog = 22;
}
