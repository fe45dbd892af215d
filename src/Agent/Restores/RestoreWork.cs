using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores;

/// <summary>One part of a run: below which target folder what goes.</summary>
/// <param name="RootKey">The path in the points that the target's root stands for.</param>
internal abstract record RestorePart(
    int Number, byte[] RootKey, RestoreTarget Target, bool IsRootOurs, CopyName CopyName);

/// <summary>One that comes out of a vault's point.</summary>
internal sealed record PointPart(
    int Number, byte[] RootKey, RestoreTarget Target, bool IsRootOurs, CopyName CopyName, TreePart Tree)
    : RestorePart(Number, RootKey, Target, IsRootOurs, CopyName)
{
    public PageReader Pages => Tree.Point.Pages;
}

/// <summary>One entry that is no folder, on its way to the target.</summary>
/// <param name="Name">In the target folder.</param>
/// <param name="Content">Null for all but regular files.</param>
internal sealed record FileWork(
    RestorePart Part, FolderScope Scope, byte[] Name, WantedMetadata Wanted, FileContent? Content)
{
    /// <summary>Set where further names of the same file may follow.</summary>
    public LinkHead? Head { get; set; }

    /// <summary>Of a symbolic link.</summary>
    public byte[] LinkTarget { get; init; } = [];

    public byte[] Key => AbsolutePath.Join(Scope.Key, Name);
}

/// <summary>A large file being written by several writers; the last to let go finishes it.</summary>
internal sealed class LargeFile(FileWork work, TargetFile file, byte[] name)
{
    private int _pending = 1;
    private string? _damage;

    public FileWork Work { get; } = work;

    public TargetFile File { get; } = file;

    /// <summary>The name that it really got.</summary>
    public byte[] Name { get; } = name;

    public string? Damage => Volatile.Read(ref _damage);

    public void AddWork() => Interlocked.Increment(ref _pending);

    public bool LetGo() => Interlocked.Decrement(ref _pending) == 0;

    /// <summary>The first reason stays.</summary>
    public void Fail(string reason) => Interlocked.CompareExchange(ref _damage, reason, null);
}

/// <summary>What one chunk serves: small files, and runs of large ones.</summary>
internal sealed class ChunkBatch(PageReader pages, ObjectId chunk)
{
    public PageReader Pages { get; } = pages;

    public ObjectId Chunk { get; } = chunk;

    public List<FileWork> Files { get; } = [];

    public List<(LargeFile File, Segment Segment)> Segments { get; } = [];

    public int Count => Files.Count + Segments.Count;
}
