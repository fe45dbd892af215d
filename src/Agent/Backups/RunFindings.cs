using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Agent.Backups;

/// <summary>What a run could not do as asked: the first thousand in full, all of them counted.</summary>
internal sealed class RunFindings(byte[] mountPath)
{
    private readonly List<JobFinding> _kept = [];

    public IReadOnlyList<JobFinding> Kept => _kept;

    public long Total { get; private set; }

    public void Clear()
    {
        _kept.Clear();
        Total = 0;
    }

    /// <summary>What could not be read, and why. Too many open files end the run.</summary>
    public void Add(string code, ReadOnlySpan<byte> path, OsError error)
    {
        if (error.Cause == OsCause.TooManyOpenFiles)
            throw SystemFaults.OpenFiles($"read {PathText.Render(AbsoluteOf(path))}");
        Add(code, path, error.Text);
    }

    /// <param name="path">Relative to the volume.</param>
    public void Add(string code, ReadOnlySpan<byte> path, string message)
    {
        Total++;
        if (_kept.Count >= Limits.Findings) return;
        _kept.Add(new JobFinding(code, PathText.Render(AbsoluteOf(path)), message));
    }

    private byte[] AbsoluteOf(ReadOnlySpan<byte> path) => mountPath is [(byte)'/']
        ? [(byte)'/', .. path]
        : path.IsEmpty ? mountPath : [.. mountPath, (byte)'/', .. path];
}
