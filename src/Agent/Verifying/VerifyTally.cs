using System.Collections.Concurrent;
using Coffer.Domain;

namespace Coffer.Agent.Verifying;

/// <summary>Counts and findings of a verification, from several threads.</summary>
internal sealed class VerifyTally(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<ObjectId, string> _bad = [];
    private readonly List<VerifyFinding> _findings = [];
    private long _pages, _chunks, _bytes, _findingsTotal;
    private long _told = time.GetTimestamp();

    public long TotalChunks { get; set; }

    /// <summary>Files that do not lie where their entries say.</summary>
    public FilesInChunks Files { get; } = new();

    public bool HasBad => !_bad.IsEmpty || Files.WrongCount > 0;

    public VerifyProgress Progress => new(
        Interlocked.Read(ref _pages), Interlocked.Read(ref _chunks), Interlocked.Read(ref _bytes), TotalChunks);

    public void PageOpened(long bytes)
    {
        Interlocked.Increment(ref _pages);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void ChunkOpened(long bytes)
    {
        Interlocked.Increment(ref _chunks);
        Interlocked.Add(ref _bytes, bytes);
    }

    public void Bad(ObjectId id, string reason) => _bad.TryAdd(id, reason);

    public bool IsBad(ObjectId id, out string reason) => _bad.TryGetValue(id, out reason!);

    public void Find(VerifyFinding finding)
    {
        lock (_gate)
        {
            if (++_findingsTotal <= VerifyLimits.Findings) _findings.Add(finding);
        }
    }

    public void Tell(IProgress<VerifyProgress>? progress)
    {
        if (progress is null) return;
        long told = Interlocked.Read(ref _told);
        if (time.GetElapsedTime(told) < VerifyLimits.ProgressInterval) return;
        if (Interlocked.CompareExchange(ref _told, time.GetTimestamp(), told) == told) progress.Report(Progress);
    }

    public VerifyResult Result(long points)
    {
        lock (_gate)
        {
            return new VerifyResult
            {
                Points = points,
                Pages = _pages,
                Chunks = _chunks,
                Bytes = _bytes,
                Damaged = _bad.Count + Files.WrongCount,
                Findings = [.. _findings],
                FindingsTotal = _findingsTotal,
            };
        }
    }
}
