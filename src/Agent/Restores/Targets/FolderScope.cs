using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Targets;

/// <summary>
/// A target folder while something in it may still be to do. Whoever finishes the last work gives the folder its
/// metadata, and so on upward: deepest first, whatever order the writers end in.
/// </summary>
internal sealed class FolderScope(TargetFolder folder, FolderScope? parent, byte[] key, RestoreTally tally)
{
    private int _pending = 1;

    public TargetFolder Folder { get; } = folder;

    public FolderScope? Parent { get; } = Entered(parent);

    /// <summary>The folder's path in the point, as a key.</summary>
    public byte[] Key { get; } = key;

    /// <summary>What it is given at the end; null: it stays as it is.</summary>
    public WantedMetadata? Wanted { get; set; }

    public void AddWork() => Interlocked.Increment(ref _pending);

    public void Complete()
    {
        if (Interlocked.Decrement(ref _pending) > 0) return;
        GiveWanted();
        Folder.Release();
        Parent?.Complete();
    }

    /// <summary>
    /// For a run that was cut off, and nobody works in the folder any more: it gets its metadata as it is.
    /// </summary>
    /// <param name="isGoneOnWith">
    /// A later run finishes it: one that would let nothing more in then stays as it was made.
    /// </param>
    public void CutOff(bool isGoneOnWith)
    {
        if (!isGoneOnWith || !IsClosing) GiveWanted();
        Folder.Release();
    }

    private bool IsClosing => Wanted is { } wanted
        && ((wanted.InodeFlags & (InodeFlags.Immutable | InodeFlags.AppendOnly)) != 0
            || (!MachineFacts.IsRoot && (wanted.Basic.Mode & 0x1c0) != 0x1c0));

    private void GiveWanted()
    {
        if (Wanted is not { } wanted) return;
        var shortfalls = new List<Shortfall>();
        OsError error = Folder.Finish(in wanted, shortfalls);
        if (error.IsError) tally.Find(Key, error);
        tally.Find(Key, shortfalls);
    }

    private static FolderScope? Entered(FolderScope? parent)
    {
        parent?.AddWork();
        return parent;
    }
}
