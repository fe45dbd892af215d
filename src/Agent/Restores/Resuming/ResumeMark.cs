using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Agent.Restores.Resuming;

/// <summary>How far an interrupted run of the same request had come.</summary>
/// <param name="StartedAt">When its first attempt began.</param>
/// <param name="Part">The part that it was in; all before it are done.</param>
/// <param name="Path">All entries up to this one, relative to the volume, are done and durable; null: none.</param>
internal sealed record ResumeMark(DateTimeOffset StartedAt, int Part, byte[]? Path)
{
    public bool Covers(int part, ReadOnlySpan<byte> path) =>
        part < Part || (part == Part && Path is not null && PathOrder.Compare(path, Path) <= 0);

    /// <summary>
    /// Made since the first attempt began. No where the file system does not tell births: a change since then may be
    /// ours, by writing into what was the user's before.
    /// </summary>
    public bool IsSince(in FileMetadata found)
    {
        // Coarse clocks stamp up to a few milliseconds early.
        long started = StartedAt.ToUnixTimeSeconds() - 1;
        return found.HasBorn && found.Born.Seconds >= started;
    }
}
