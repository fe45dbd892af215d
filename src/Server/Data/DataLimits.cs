using Coffer.Domain;

namespace Coffer.Server.Data;

/// <summary>The longest body that each request of the data API may have, with its reason.</summary>
internal static class DataLimits
{
    /// <summary>A registration, an envelope, a token's assertion: some 2 KB.</summary>
    public const int SmallBytes = 64 << 10;

    /// <summary>A policy of thousands of paths.</summary>
    public const int PolicyBytes = 4 << 20;

    /// <summary>A job with a thousand findings.</summary>
    public const int JobBytes = 512 << 10;

    /// <summary>65,536 ids.</summary>
    public const int QuestionBytes = (1 << 16) * ObjectId.Size;

    /// <summary>A point and what is told beside it.</summary>
    public const int CommitBytes = Format.Limits.MaxFrameBytes + SmallBytes;

    public const long PackBytes = Format.Limits.MaxPackBytes;
}
