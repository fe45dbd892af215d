namespace Coffer.Storage;

/// <summary>Every maximum of the room, with its reason.</summary>
internal static class Limits
{
    /// <summary>
    /// `packs/` + keyspace + shard + hash is 107; room for a kind of name twice as long, far below PATH_MAX.
    /// </summary>
    public const int NameLength = 240;

    /// <summary>The deepest name in use has four components.</summary>
    public const int NameDepth = 8;

    /// <summary>Open handles that a disk store keeps for re-use: a restore hops between a few dozen packs.</summary>
    public const int OpenHandles = 32;

    /// <summary>Small appends (frame headers, references) are joined up to this size before a write call.</summary>
    public const int WriteBuffer = 64 << 10;

    /// <summary>One call of write(2) or pread(2) moves at most 0x7ffff000 bytes on Linux; stay well under it.</summary>
    public const int BytesPerCall = 1 << 30;

    /// <summary>
    /// A temporary file younger than this may belong to a writer that has created but not yet locked it, its very next
    /// call. One that stood still in between for longer loses that write, and is told so.
    /// </summary>
    public static readonly TimeSpan LeftoverAge = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The same where the file system has no locks, so that only age tells: longer than a pack takes.
    /// </summary>
    public static readonly TimeSpan UnlockableLeftoverAge = TimeSpan.FromDays(1);
}
