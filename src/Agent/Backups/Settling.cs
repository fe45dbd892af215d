using Coffer.FileSystem;

namespace Coffer.Agent.Backups;

/// <summary>
/// When a file was last touched, against a moment: one touched shortly before it is read may change once more without
/// its times telling.
/// </summary>
internal static class Settling
{
    /// <summary>As a time of a file.</summary>
    public static FileTime Before(DateTimeOffset moment, int seconds) => new(
        moment.ToUnixTimeSeconds() - seconds, (uint)(moment.Ticks % TimeSpan.TicksPerSecond) * 100);

    public static bool IsTouchedAfter(in FileMetadata file, FileTime limit) =>
        file.Modified > limit || file.Changed > limit;
}
