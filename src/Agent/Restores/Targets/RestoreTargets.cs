using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Targets;

/// <summary>Opens the folders below which a run writes, each once, and makes a chosen one that is missing.</summary>
internal sealed class RestoreTargets(RestoreAspects aspects) : IDisposable
{
    private readonly Dictionary<string, (RestoreTarget Target, bool IsOurs)> _open = [];

    public IEnumerable<RestoreTarget> All => _open.Values.Select(opened => opened.Target);

    /// <param name="isOurs">It was missing and has just been made.</param>
    public RestoreTarget Open(byte[] path, bool mayMake, out bool isOurs)
    {
        string name = Convert.ToHexStringLower(path);
        if (!_open.TryGetValue(name, out var opened)) _open.Add(name, opened = OpenNew(path, mayMake));
        isOurs = opened.IsOurs;
        return opened.Target;
    }

    public void Dispose()
    {
        foreach (var (target, _) in _open.Values) target.Dispose();
    }

    private (RestoreTarget, bool) OpenNew(byte[] path, bool mayMake)
    {
        OsError error = RestoreTarget.Open(path, aspects, out var target);
        bool isOurs = mayMake && error.Cause == OsCause.Missing;
        if (isOurs)
        {
            error = Make(path);
            if (!error.IsError) error = RestoreTarget.Open(path, aspects, out target);
        }

        return error.IsError ? throw RestoreFaults.NoTarget(path, error) : (target!, isOurs);
    }

    private static OsError Make(ReadOnlySpan<byte> path)
    {
        path = path.TrimEnd((byte)'/');
        int slash = path.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> parent = slash > 0 ? path[..slash] : slash == 0 ? "/"u8 : "."u8;
        OsError error = RestoreTarget.Open(parent, RestoreAspects.None, out var above);
        if (error.Cause == OsCause.Missing)
        {
            error = Make(parent);
            if (!error.IsError) error = RestoreTarget.Open(parent, RestoreAspects.None, out above);
        }

        if (error.IsError) return error;
        using (above)
        {
            error = above!.Root.Enter(path[(slash + 1)..], out var made);
            if (error.IsError) return error;
            // Without aspects it becomes what mkdir would have made.
            error = made!.Finish(new WantedMetadata { Basic = new FileMetadata { Type = EntryType.Directory } }, []);
            made.Release();
            return error;
        }
    }
}
