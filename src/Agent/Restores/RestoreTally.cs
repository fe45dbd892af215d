using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores;

/// <summary>Counts of a run and what it found, from several threads.</summary>
/// <param name="isRoot">Whether this process may give files away.</param>
internal sealed class RestoreTally(bool isRoot)
{
    private readonly Lock _gate = new();
    private readonly List<RestoreFinding> _findings = [];
    private readonly List<RestoredCopy> _copyNames = [];
    private readonly List<string> _wanted = [];
    private long _files, _folders, _others, _bytes, _equal, _skipped, _copies, _overwritten, _findingsTotal;
    private long _filesSeen, _bytesSeen;
    private string? _firstKept;
    private long _ownersKept;

    public void FileWritten(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void FolderMade() => Interlocked.Increment(ref _folders);

    public void OtherMade() => Interlocked.Increment(ref _others);

    public void LeftAlone() => Interlocked.Increment(ref _equal);

    public void Skipped() => Interlocked.Increment(ref _skipped);

    /// <param name="key">The path in the point.</param>
    /// <param name="name">What it is called now.</param>
    public void Copied(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        lock (_gate)
        {
            if (++_copies <= RestoreLimits.Findings)
                _copyNames.Add(new RestoredCopy(AbsolutePath.Render(key), PathText.Render(name)));
        }
    }

    /// <summary>A dry run would write this entry.</summary>
    public void Want(ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            if (_wanted.Count < RestoreLimits.Findings) _wanted.Add(AbsolutePath.Render(key));
        }
    }

    public void Overwrote() => Interlocked.Increment(ref _overwritten);

    /// <summary>A file is through, whatever became of it.</summary>
    public void FileThrough() => Interlocked.Increment(ref _filesSeen);

    /// <summary>Bytes of files are through.</summary>
    public void BytesThrough(long bytes) => Interlocked.Add(ref _bytesSeen, bytes);

    public RestoreProgress Progress(TreeSize total) =>
        new(Interlocked.Read(ref _filesSeen), Interlocked.Read(ref _bytesSeen), total.Files, total.Bytes);

    public void Find(string path, string code, string reason)
    {
        lock (_gate)
        {
            if (++_findingsTotal <= RestoreLimits.Findings) _findings.Add(new RestoreFinding(path, code, reason));
        }
    }

    public void Find(ReadOnlySpan<byte> key, string code, string reason) =>
        Find(AbsolutePath.Render(key), code, reason);

    public void Find(ReadOnlySpan<byte> key, OsError error) =>
        Find(key, "file.not-written", $"it could not be written: {error.Text}");

    public void Find(ReadOnlySpan<byte> key, List<Shortfall> shortfalls)
    {
        foreach (var shortfall in shortfalls)
        {
            if (shortfall.What == ShortfallKind.Owner && !isRoot)
            {
                KeptOwner(key);
                continue;
            }

            string what = shortfall.What switch
            {
                ShortfallKind.Owner => "the owner",
                ShortfallKind.SetIdBits => "the set-id bits",
                ShortfallKind.Mode => "the mode",
                ShortfallKind.Xattr => $"the attribute {shortfall.Detail}",
                ShortfallKind.Times => "the time",
                ShortfallKind.InodeFlags => "the inode flags",
                ShortfallKind.ProjectId => "the project id",
                _ => "something",
            };
            Find(key, "metadata.not-taken", $"the target did not take {what}: {shortfall.Error.Text}");
        }

        shortfalls.Clear();
    }

    public RestoreResult Result(bool isResumed)
    {
        lock (_gate)
        {
            TellKeptOwners();
            return new RestoreResult
            {
                Files = _files,
                Folders = _folders,
                Others = _others,
                Bytes = _bytes,
                Equal = _equal,
                Skipped = _skipped,
                Copies = _copies,
                CopyNames = [.. _copyNames],
                Overwritten = _overwritten,
                IsResumed = isResumed,
                Wanted = [.. _wanted],
                Findings = [.. _findings],
                FindingsTotal = _findingsTotal,
            };
        }
    }

    // Who is not root meets this at every entry: told once, so that other findings are seen.
    private void KeptOwner(ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            _ownersKept++;
            _firstKept ??= AbsolutePath.Render(key);
        }
    }

    private void TellKeptOwners()
    {
        if (_firstKept is null) return;
        string others = _ownersKept > 1 ? $" (so do {_ownersKept - 1} more entries)" : "";
        string reason = $"it belongs to you now, not to its owner{others}: only root may give files away";
        _findings.Insert(0, new RestoreFinding(_firstKept, "metadata.owner", reason));
        _findingsTotal++;
        _firstKept = null;
    }
}
