using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Backups;

/// <summary>
/// Puts the policy's question about absolute paths to a walk that speaks relative to its volume, and leaves out
/// Coffer's own folders whatever the policy says and by whatever path they are met: a vault that backs itself up never
/// ends. Each entry's two questions come one after the other.
/// </summary>
internal sealed class SourceFilter : IWalkFilter
{
    private readonly IPathFilter _policy;
    private readonly byte[][] _never, _mountedOver;
    private readonly int _prefix;
    private readonly HashSet<(ulong Device, ulong Inode)> _own = [];
    private byte[] _path;
    private bool _isToBeJudged;

    /// <param name="never">Coffer's own folders, absolute.</param>
    /// <param name="devices">What a device of the live system is in the walk: snapshots have one of their own.</param>
    /// <param name="mountedOver">Places, absolute, whose contents a snapshot shows and the live volume hides.</param>
    public SourceFilter(
        IPathFilter policy, IReadOnlyList<byte[]> never, byte[] mountPath, Func<ulong, ulong>? devices = null,
        IReadOnlyList<byte[]>? mountedOver = null)
    {
        _policy = policy;
        _never = [.. never];
        _mountedOver = [.. mountedOver ?? []];
        foreach (byte[] path in _never)
        {
            if (SystemPaths.Stat(path, out var own).IsError || own.Type != EntryType.Directory) continue;
            _ = _own.Add((devices?.Invoke(own.Device) ?? own.Device, own.Inode));
        }

        _path = new byte[4096];
        mountPath.CopyTo(_path, 0);
        _prefix = mountPath is [(byte)'/'] ? 0 : mountPath.Length;
        _path[_prefix] = (byte)'/';
    }

    public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, EntryType type)
    {
        // Some file systems do not tell the type in a directory, and none the size: judged with its metadata.
        _isToBeJudged = type == EntryType.Unknown || (type == EntryType.File && _policy.WeighsSizes);
        return _isToBeJudged || AdmitsPath(path, type, 0);
    }

    public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, in FileMetadata metadata)
    {
        long size = metadata.Type == EntryType.File ? metadata.Size : 0;
        if (_isToBeJudged && !AdmitsPath(path, metadata.Type, size)) return false;
        return metadata.Type != EntryType.Directory || !_own.Contains((metadata.Device, metadata.Inode));
    }

    private bool AdmitsPath(ReadOnlySpan<byte> path, EntryType type, long size)
    {
        var absolute = Absolute(path);
        foreach (byte[] never in _never)
        {
            if (absolute.SequenceEqual(never)) return false;
        }

        return !IsHidden(absolute) && !_policy.Excludes(absolute, type == EntryType.Directory, size);
    }

    // Those paths are of the volume that is mounted there: a restore would mix the two.
    private bool IsHidden(ReadOnlySpan<byte> absolute)
    {
        foreach (byte[] place in _mountedOver)
        {
            if (absolute.Length > place.Length && absolute[place.Length] == '/' && absolute.StartsWith(place))
                return true;
        }

        return false;
    }

    private ReadOnlySpan<byte> Absolute(ReadOnlySpan<byte> path)
    {
        int start = _prefix + 1;
        if (_path.Length < start + path.Length) Array.Resize(ref _path, (start + path.Length) * 2);
        path.CopyTo(_path.AsSpan(start));
        return _path.AsSpan(0, start + path.Length);
    }
}
