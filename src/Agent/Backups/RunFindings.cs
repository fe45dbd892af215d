using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;

namespace Coffer.Agent.Backups;

/// <summary>What a run could not do as asked: the first thousand in full, all of them counted.</summary>
internal sealed class RunFindings(byte[] mountPath)
{
    /// <summary>The system's own rights do not explain it.</summary>
    private const string Refused = "this user may read everything, so a virus scanner (`coffer antivirus`),"
        + " a security module or the server of a network mount refused it";

    private readonly List<JobFinding> _kept = [];
    private bool? _readsEverything;

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
        bool isRefused = code == "file.unreadable"
            && error.Cause is (OsCause.AccessDenied or OsCause.NotPermitted)
            && (_readsEverything ??= MachineFacts.ReadsEverything);
        if (isRefused) Add("file.refused", path, $"{error.Text}; {Refused}");
        else Add(code, path, error.Text);
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
