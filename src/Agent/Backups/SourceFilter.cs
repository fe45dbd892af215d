using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;

namespace Coffer.Agent.Backups;

/// <summary>
/// Puts the policy's question about absolute paths to a walk that speaks relative to its volume, and leaves out
/// Coffer's own folders whatever the policy says: a vault that backs itself up never ends.
/// </summary>
internal sealed class SourceFilter : IWalkFilter
{
    private readonly IPathFilter _policy;
    private readonly byte[][] _never;
    private readonly int _prefix;
    private byte[] _path;

    public SourceFilter(IPathFilter policy, IReadOnlyList<byte[]> never, byte[] mountPath)
    {
        _policy = policy;
        _never = [.. never];
        _path = new byte[4096];
        mountPath.CopyTo(_path, 0);
        _prefix = mountPath is [(byte)'/'] ? 0 : mountPath.Length;
        _path[_prefix] = (byte)'/';
    }

    public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, EntryType type)
    {
        // A file system that does not tell the type is asked again with the metadata.
        if (type == EntryType.Unknown) return true;
        var absolute = Absolute(path);
        foreach (byte[] never in _never)
        {
            if (absolute.SequenceEqual(never)) return false;
        }

        return !_policy.Excludes(absolute, type == EntryType.Directory);
    }

    public bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, in FileMetadata metadata) => true;

    private ReadOnlySpan<byte> Absolute(ReadOnlySpan<byte> path)
    {
        int start = _prefix + 1;
        if (_path.Length < start + path.Length) Array.Resize(ref _path, (start + path.Length) * 2);
        path.CopyTo(_path.AsSpan(start));
        return _path.AsSpan(0, start + path.Length);
    }
}
