using Coffer.Domain;

namespace Coffer.Agent.Jobs;

/// <summary>
/// What the system says of a run's own files. The vault words its errors itself, and what is read tells as findings: so
/// this is the cache.
/// </summary>
internal static class CacheFaults
{
    /// <summary>ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private const int NoSpace = 28, NoQuota = 122, DiskFull = unchecked((int)0x80070070),
        HandleDiskFull = unchecked((int)0x80070027);

    public static Fault Of(Exception e, string cacheFolder) => e.HResult switch
    {
        _ when IsGone(e, cacheFolder) => new Fault("cache.gone", FaultKind.Failed,
            $"The cache folder {cacheFolder}, or a part of it, was removed while the backup ran; no point was made.",
            "Back up again: it is made anew, and what was sent need not be sent again."),
        NoSpace or NoQuota or DiskFull or HandleDiskFull => new Fault("cache.no-space", FaultKind.Failed,
            $"The disk of the cache folder {cacheFolder} is full.",
            "Free space on it; the next backup goes on from what was sent. The cache needs under 1 % of the data."),
        var code when SystemFaults.IsOpenFiles(code) => SystemFaults.OpenFiles($"use the cache ({e.Message})").Fault,
        _ => new Fault("system.error", FaultKind.Failed, $"The system refused: {e.Message.TrimEnd('.')}.",
            $"If it names the cache folder {cacheFolder}: check its rights and its disk. "
            + "Losing the cache costs time only."),
    };

    private static bool IsGone(Exception e, string cacheFolder) =>
        e is FileNotFoundException or DirectoryNotFoundException
        && e.Message.Contains(cacheFolder, StringComparison.Ordinal);
}
