using Coffer.Contracts.Jobs;
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

    /// <param name="path">Relative to the volume.</param>
    public void Add(string code, ReadOnlySpan<byte> path, string message)
    {
        Total++;
        if (_kept.Count >= Limits.Findings) return;
        byte[] absolute = mountPath is [(byte)'/']
            ? [(byte)'/', .. path]
            : path.IsEmpty ? mountPath : [.. mountPath, (byte)'/', .. path];
        _kept.Add(new JobFinding(code, PathText.Render(absolute), message));
    }
}
