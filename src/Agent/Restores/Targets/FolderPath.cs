using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Targets;

/// <summary>
/// The folders from the target's root down to where the listing is. Following the listing's order it enters and makes
/// folders, and lets go of those that lie behind.
/// </summary>
internal sealed class FolderPath(RestoreScene scene, RestorePart part, IKnownFolders known, TimeProvider time)
{
    private readonly Stack<FolderScope> _scopes = [];

    /// <summary>
    /// Keys of folders that this run made as mere ways; a listing that has them gives them their metadata.
    /// </summary>
    public required HashSet<string> Ways { get; init; }

    /// <summary>The scope that stands for the target's root.</summary>
    public void Start()
    {
        part.Target.Root.AddReference();
        _scopes.Push(new FolderScope(part.Target.Root, null, part.RootKey, scene.Tally));
    }

    public FolderScope Root => _scopes.Last();

    /// <summary>
    /// The folder that holds <paramref name="key"/>; null where something in the way keeps from entering it.
    /// </summary>
    public async ValueTask<FolderScope?> ParentOfAsync(byte[] key, CancellationToken cancellationToken)
    {
        byte[] parent = key[..Math.Max(0, PathOrder.ParentLength(key))];
        Leave(parent);
        while (_scopes.Peek().Key.Length < parent.Length)
        {
            var top = _scopes.Peek();
            var below = AbsolutePath.Below(parent, top.Key);
            int slash = below.IndexOf((byte)'/');
            byte[] name = (slash < 0 ? below : below[..slash]).ToArray();
            byte[] folder = AbsolutePath.Join(top.Key, name);
            if (!await EnterWayAsync(top, name, folder, cancellationToken)) return null;
        }

        return _scopes.Peek();
    }

    /// <summary>Enters a folder of the listing; false: its contents are to be passed over.</summary>
    public bool Enter(FolderScope parent, byte[] key, in WantedMetadata wanted)
    {
        byte[] name = PathOrder.Name(key).ToArray();
        OsError error = parent.Folder.Enter(name, out var folder, wanted.InodeFlags);
        if (error.Cause is OsCause.NotADirectory or OsCause.SymbolicLink)
        {
            if (scene.IfExists == IfExists.Skip)
            {
                scene.Tally.Skipped();
                return false;
            }

            (error, folder) = scene.IfExists == IfExists.Overwrite
                ? EnterInstead(parent, name, wanted)
                : EnterCopy(parent, name, wanted);
        }

        if (error.IsError)
        {
            RestoreFaults.ThrowIfHopeless(error, key);
            scene.Tally.Find(key, error);
            return false;
        }

        var scope = new FolderScope(folder!, parent, key, scene.Tally);
        if (IsToBeFinished(parent, folder!, name, key)) scope.Wanted = wanted;
        if (folder!.IsOurs) scene.Tally.FolderMade();
        _scopes.Push(scope);
        return true;
    }

    /// <summary>Lets go of all folders; what is still at work in them finishes them.</summary>
    public void Finish()
    {
        while (_scopes.TryPop(out var scope)) scope.Complete();
    }

    /// <inheritdoc cref="FolderScope.CutOff"/>
    public void CutOff(bool isGoneOnWith)
    {
        while (_scopes.TryPop(out var scope)) scope.CutOff(isGoneOnWith);
    }

    private void Leave(ReadOnlySpan<byte> folder)
    {
        while (_scopes.Count > 1 && !PathOrder.IsWithin(folder, _scopes.Peek().Key)) _scopes.Pop().Complete();
    }

    private bool IsToBeFinished(FolderScope parent, TargetFolder folder, byte[] name, byte[] key)
    {
        if (folder.IsOurs || scene.IfExists == IfExists.Overwrite) return true;
        if (Ways.Contains(Convert.ToHexStringLower(key))) return true;
        if (scene.Resume is not { } resume) return false;
        return !parent.Folder.Stat(name, out var found).IsError && resume.IsSince(in found);
    }

    private (OsError, TargetFolder?) EnterInstead(FolderScope parent, byte[] name, in WantedMetadata wanted)
    {
        TargetFolder? folder = null;
        OsError error = parent.Folder.Remove(name);
        if (!error.IsError) error = parent.Folder.Enter(name, out folder, wanted.InodeFlags);
        if (!error.IsError) scene.Tally.Overwrote();
        return (error, folder);
    }

    private (OsError, TargetFolder?) EnterCopy(FolderScope parent, byte[] name, in WantedMetadata wanted)
    {
        for (int number = 1; number <= RestoreLimits.MaxCopies; number++)
        {
            byte[] copy = part.CopyName.Of(name, number);
            OsError error = parent.Folder.Stat(copy, out _);
            if (!error.IsError && scene.Resume is null) continue;
            error = parent.Folder.Enter(copy, out var folder, wanted.InodeFlags);
            if (error.Cause is OsCause.NotADirectory or OsCause.SymbolicLink) continue;
            if (!error.IsError) scene.Tally.Copied(AbsolutePath.Join(parent.Key, name), copy);
            return (error, folder);
        }

        return (parent.Folder.Enter(name, out _), null);
    }

    // A folder above what is restored, or one whose entry was lost: made where it is missing, with the metadata that
    // the point has of it, else like any new folder.
    private async ValueTask<bool> EnterWayAsync(
        FolderScope top, byte[] name, byte[] key, CancellationToken cancellationToken)
    {
        OsError error = top.Folder.Enter(name, out var folder);
        if (error.IsError)
        {
            RestoreFaults.ThrowIfHopeless(error, key);
            scene.Tally.Find(key, error);
            return false;
        }

        var scope = new FolderScope(folder!, top, key, scene.Tally);
        if (folder!.IsOurs)
        {
            var metadata = await known.FindAsync(key, cancellationToken);
            scope.Wanted = metadata ?? PlainAt(top, name);
            if (metadata is null) Ways.Add(Convert.ToHexStringLower(key));
        }

        _scopes.Push(scope);
        return true;
    }

    private WantedMetadata PlainAt(FolderScope top, byte[] name)
    {
        var now = time.GetUtcNow();
        _ = top.Folder.Stat(name, out var found);
        return new WantedMetadata
        {
            Basic = new FileMetadata
            {
                Type = EntryType.Directory,
                Mode = 0x1ed,
                Uid = found.Uid,
                Gid = found.Gid,
                Modified = new FileTime(now.ToUnixTimeSeconds(), 0),
            },
        };
    }
}
