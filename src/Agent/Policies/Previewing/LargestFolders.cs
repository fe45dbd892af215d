using Coffer.FileSystem;

namespace Coffer.Agent.Policies.Previewing;

/// <param name="Path">Absolute.</param>
/// <param name="Files">In it and below, with <paramref name="Bytes"/>.</param>
public sealed record FolderSize(byte[] Path, long Files, long Bytes);

/// <summary>
/// The folders that hold most, found in one walk without keeping the others. Of a folder nearly all of which lies in
/// one folder below it only that one is told.
/// </summary>
internal sealed class LargestFolders
{
    private const int NearlyAllPercent = 90;

    private readonly List<FolderSize> _largest = [];
    private readonly Stack<Frame> _open = new();
    private byte[] _mountPath = [];
    private byte[] _last = [];

    /// <summary>The largest first, once the last volume has ended.</summary>
    public IReadOnlyList<FolderSize> All => _largest;

    public void Begin(byte[] mountPath) => _mountPath = mountPath is [(byte)'/'] ? [] : mountPath;

    /// <summary>Takes the entries of a volume in the order in which they are walked.</summary>
    /// <param name="path">Relative to the volume.</param>
    public void Add(ReadOnlySpan<byte> path, in FileMetadata entry)
    {
        while (_open.TryPeek(out var folder) && !IsIn(path, folder.PathLength)) Close();
        if (entry.Type == EntryType.File && _open.TryPeek(out var parent))
        {
            parent.Files++;
            parent.Bytes += entry.Size;
        }

        if (entry.Type != EntryType.Directory) return;
        if (_last.Length < path.Length) Array.Resize(ref _last, Math.Max(path.Length, 2 * _last.Length));
        path.CopyTo(_last);
        _open.Push(new Frame(path.Length));
    }

    /// <summary>The volume has ended.</summary>
    public void End()
    {
        while (_open.Count > 0) Close();
    }

    // The folders that are open lie in one another, so the last one's path holds the paths of all.
    private bool IsIn(ReadOnlySpan<byte> path, int folder) => folder == 0
        || (path.Length > folder && path[folder] == '/' && path.StartsWith(_last.AsSpan(0, folder)));

    private void Close()
    {
        var folder = _open.Pop();
        if (_open.TryPeek(out var parent))
        {
            parent.Files += folder.Files;
            parent.Bytes += folder.Bytes;
            parent.LargestBelow = Math.Max(parent.LargestBelow, folder.Bytes);
        }

        bool isNearlyAllBelow = folder.LargestBelow >= folder.Bytes / 100.0 * NearlyAllPercent;
        bool isTold = _largest.Count < Limits.PreviewedFolders || folder.Bytes > _largest[^1].Bytes;
        if (folder.Bytes == 0 || isNearlyAllBelow || !isTold) return;
        byte[] path = [.. _mountPath, (byte)'/', .. _last.AsSpan(0, folder.PathLength)];
        int place = _largest.FindIndex(other => other.Bytes < folder.Bytes);
        _largest.Insert(place < 0 ? _largest.Count : place, new FolderSize(
            folder.PathLength == 0 && _mountPath.Length > 0 ? _mountPath : path, folder.Files, folder.Bytes));
        if (_largest.Count > Limits.PreviewedFolders) _largest.RemoveAt(_largest.Count - 1);
    }

    private sealed class Frame(int pathLength)
    {
        public int PathLength => pathLength;

        public long Files { get; set; }

        public long Bytes { get; set; }

        public long LargestBelow { get; set; }
    }
}
