using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Vault.Checking;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Care;

/// <summary>How far a run has come, and what it found; written by it alone, read by whoever asks.</summary>
internal sealed class CareWatch : IProgress<ScrubProgress>, IProgress<CheckProgress>
{
    /// <summary>A check tells of each page: nobody reads faster.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly List<CareFinding> _findings = [];
    private readonly TimeProvider _time;
    private readonly Action<CareProgress>? _tell;
    private CareStatus _status;
    private long _told;
    private long _steps;

    /// <param name="tell">Hears of each step that others can read; null: they ask.</param>
    public CareWatch(CareKind kind, string by, TimeProvider time, Action<CareProgress>? tell)
    {
        (_time, _tell) = (time, tell);
        _told = time.GetTimestamp();
        _status = new CareStatus(
            Id128.Random(), kind, CareState.Running, by, time.GetUtcNow(), null, new CareProgress("beginning"),
            new CareFigures(), [], 0);
    }

    public Id128 Id => _status.Id;

    public CareStatus Status
    {
        get
        {
            lock (_lock) return _status with { Findings = [.. _findings] };
        }
    }

    public void Report(ScrubProgress value)
    {
        if (!IsDue()) return;
        Show(new CareProgress("reading packs")
        {
            Packs = value.Packs,
            TotalPacks = value.TotalPacks,
            Bytes = value.Bytes,
            TotalBytes = value.TotalBytes,
        });
    }

    public void Report(CheckProgress value)
    {
        if (!IsDue()) return;
        Show(new CareProgress("checking points")
        {
            Points = value.Points,
            TotalPoints = value.TotalPoints,
            Pages = value.Pages,
        });
    }

    /// <summary>One step of work whose end cannot be told.</summary>
    public void Step()
    {
        _steps++;
        if (IsDue()) Show(new CareProgress("looking for what no point needs") { Steps = _steps });
    }

    public void Wait() => Show(new CareProgress("waiting for what the vault does by itself"));

    public void Count(Func<CareFigures, CareFigures> change) =>
        Change(status => status with { Figures = change(status.Figures) });

    public void Find(Fault fault) => Find(new CareFinding(fault.Code, fault.Message, fault.Guidance));

    public void Find(CareFinding finding) => Change(status =>
    {
        if (_findings.Count < Limits.CareFindings) _findings.Add(finding);
        return status with { FindingsTotal = status.FindingsTotal + 1 };
    });

    /// <summary>It could not be done, for this reason: told though there are many findings.</summary>
    public void Fail(Fault fault) => Change(status =>
    {
        if (_findings.Count >= Limits.CareFindings) _findings.RemoveAt(_findings.Count - 1);
        _findings.Add(new CareFinding(fault.Code, fault.Message, fault.Guidance));
        return status with { FindingsTotal = status.FindingsTotal + 1 };
    });

    public void End(CareState state) => Change(status => status with { State = state, EndedAt = _time.GetUtcNow() });

    private bool IsDue()
    {
        if (_time.GetElapsedTime(_told) < s_pause) return false;
        _told = _time.GetTimestamp();
        return true;
    }

    private void Show(CareProgress progress)
    {
        Change(status => status with { Progress = progress });
        _tell?.Invoke(progress);
    }

    private void Change(Func<CareStatus, CareStatus> change)
    {
        lock (_lock) _status = change(_status);
    }
}
