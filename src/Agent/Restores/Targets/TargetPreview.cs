using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Targets;

/// <summary>
/// Counts what a restore would do in its target, and changes nothing. Whether a file is there already is told by its
/// metadata: no content is read.
/// </summary>
internal sealed class TargetPreview(IfExists ifExists, RestoreAspects aspects, RestoreTally tally) : IDisposable
{
    private readonly Stack<(byte[] Key, TargetFolder? Folder)> _folders = [];
    private RestoreTarget? _target;

    /// <param name="rootKey">What the folder stands for.</param>
    public void Start(byte[] folder, byte[] rootKey)
    {
        Dispose();
        // A target that is missing would be made: everything is new there.
        _ = RestoreTarget.Open(folder, aspects, out _target);
        _folders.Push((rootKey, _target?.Root));
    }

    public void Dispose()
    {
        while (_folders.Count > 1) _folders.Pop().Folder?.Release();
        _folders.Clear();
        _target?.Dispose();
        _target = null;
    }

    /// <summary>Entries come in the order of a listing. False: the folder would be passed over.</summary>
    public bool Judge(byte[] key, in WantedMetadata wanted)
    {
        var parent = ParentOf(key);
        byte[] name = PathOrder.Name(key).ToArray();
        if (parent is null || parent.Stat(name, out var found).IsError)
        {
            CountNew(key, in wanted);
            return true;
        }

        bool isFolder = found.Type == EntryType.Directory;
        if (wanted.Basic.Type == EntryType.Directory && isFolder) return true;
        if (ExistingEntry.HasMetadata(in found, in wanted, aspects))
        {
            tally.LeftAlone();
            return true;
        }

        return JudgeTaken(key, in wanted, isFolder);
    }

    private bool JudgeTaken(byte[] key, in WantedMetadata wanted, bool isFolder)
    {
        switch (ifExists)
        {
            case IfExists.Skip:
                tally.Skipped();
                return wanted.Basic.Type != EntryType.Directory;
            case IfExists.Overwrite when isFolder:
                tally.Find(key, "file.not-written", "a folder has its name, and is not replaced");
                return true;
            case IfExists.Overwrite:
                tally.Overwrote();
                break;
            default:
                tally.Copied(key, default);
                break;
        }

        CountNew(key, in wanted);
        return true;
    }

    private void CountNew(byte[] key, in WantedMetadata wanted)
    {
        tally.Want(key);
        if (wanted.Basic.Type == EntryType.Directory) tally.FolderMade();
        else if (wanted.Basic.Type == EntryType.File) tally.FileWritten(wanted.Basic.Size);
        else tally.OtherMade();
    }

    private TargetFolder? ParentOf(byte[] key)
    {
        byte[] parent = key[..Math.Max(0, PathOrder.ParentLength(key))];
        while (_folders.Count > 1 && !PathOrder.IsWithin(parent, _folders.Peek().Key)) _folders.Pop().Folder?.Release();
        while (_folders.Peek().Key.Length < parent.Length)
        {
            var (above, folder) = _folders.Peek();
            var below = AbsolutePath.Below(parent, above);
            int slash = below.IndexOf((byte)'/');
            var name = slash < 0 ? below : below[..slash];
            TargetFolder? next = null;
            _ = folder?.EnterExisting(name, out next);
            _folders.Push((AbsolutePath.Join(above, name), next));
        }

        return _folders.Peek().Folder;
    }
}
