using System.Collections.Concurrent;
using Coffer.Storage.Systems;

namespace Coffer.Storage.Disks;

/// <summary>
/// Where names lie under the root, which of their folders are durable, and what a failure there means.
/// </summary>
internal sealed class DiskLayout
{
    private readonly DiskFiles _files;
    private readonly ConcurrentDictionary<string, bool> _durableFolders = new();
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];

    public DiskLayout(string root, DiskFiles files)
    {
        Root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(root));
        _files = files;
    }

    public string Root { get; }

    /// <summary>Nothing may be made here, so the root's own presence tells that the disk is still there.</summary>
    public bool IsForReading { get; set; }

    public string Path(StoreName name) => $"{Root}/{name.Value}";

    public string UnfinishedPath(string file) => $"{Root}/{StoreName.Unfinished}/{file}";

    public static string FolderOf(string path) => path[..path.LastIndexOf('/')];

    /// <summary>
    /// Orders commits and deletes of one name, from the rename to the sync of the folder: who finds a name taken must
    /// not answer before its first writer knows that it will stay.
    /// </summary>
    public Lock LockOf(StoreName name) => _locks[(uint)name.GetHashCode() % (uint)_locks.Length];

    /// <summary>The folder's presence from then on tells that the disk is still there (<see cref="Absent"/>).</summary>
    public void MakeUnfinished() => Try(
        () =>
        {
            if (_files.MakeFolder(UnfinishedPath("").TrimEnd('/'))) _files.SyncFolder(Root);
        },
        "make the folder",
        StoreName.Unfinished);

    /// <summary>
    /// Makes the folders above a path and their names durable. A folder that another process made counts only once
    /// this one has synced its parent: its maker may have died in between.
    /// </summary>
    public void MakeFolders(string folder)
    {
        if (folder.Length <= Root.Length || _durableFolders.ContainsKey(folder)) return;
        string parent = FolderOf(folder);
        MakeFolders(parent);
        _files.MakeFolder(folder);
        _files.SyncFolder(parent);
        _durableFolders[folder] = true;
    }

    public bool IsGone => !Directory.Exists(IsForReading ? Root : UnfinishedPath(""));

    /// <summary>Nothing was found under a name: false, unless the whole store is gone.</summary>
    public bool Absent(StoreName name)
    {
        if (IsGone) throw StoreFaults.Lost($"find {name}");
        return false;
    }

    public void Try(Action act, string doing, string what) => Try(
        () =>
        {
            act();
            return true;
        },
        doing,
        what);

    public T Try<T>(Func<T> act, string doing, string what)
    {
        try
        {
            return act();
        }
        catch (DiskException e)
        {
            throw Explain(e, doing, what);
        }
    }

    public Exception Explain(DiskException e, string doing, string what)
    {
        string text = $"{doing} {what}";
        // A disk that is pulled out answers its open files as one that fails does; its folders tell the two apart.
        bool mayBeGone = e.Error is StoreError.Failing or StoreError.Missing or StoreError.Other;
        var error = mayBeGone && IsGone ? StoreError.Lost : e.Error;
        return (error == StoreError.Missing ? null : StoreFaults.Of(error, text, e))
            ?? (Exception)new IOException($"could not {text} in the store at {Root}: {e.Message}", e);
    }
}
