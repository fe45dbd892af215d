namespace Coffer.Format.Points;

/// <summary>What a run saw and wrote. Bytes are plain bytes but for <see cref="StoredBytes"/>.</summary>
public sealed record PointStatistics
{
    public static readonly PointStatistics None = new();

    public long Files { get; init; }

    public long Folders { get; init; }

    /// <summary>Links, devices, FIFOs and sockets.</summary>
    public long Others { get; init; }

    /// <summary>Sizes of all regular files.</summary>
    public long Bytes { get; init; }

    /// <summary>Files that were read because they were new or changed.</summary>
    public long FilesRead { get; init; }

    /// <summary>Bytes that were read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Plain bytes that the vault did not have.</summary>
    public long NewBytes { get; init; }

    /// <summary>Bytes sent to the vault, compressed and sealed.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Entries that could not be captured whole.</summary>
    public long Warnings { get; init; }
}
