using Coffer.FileSystem;
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
        if (Wanted is { } wanted)
        {
            var shortfalls = new List<Shortfall>();
            OsError error = Folder.Finish(in wanted, shortfalls);
            if (error.IsError) tally.Find(Key, error);
            tally.Find(Key, shortfalls);
        }

        Abandon();
        Parent?.Complete();
    }

    /// <summary>Lets go of the folder without giving it anything; for a run that was cut off.</summary>
    public void Abandon() => Folder.Release();

    private static FolderScope? Entered(FolderScope? parent)
    {
        parent?.AddWork();
        return parent;
    }
}
