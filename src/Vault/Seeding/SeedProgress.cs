using Coffer.Contracts.Management;
using Coffer.Domain;

namespace Coffer.Vault.Seeding;

/// <summary>How far an import has come; written by it alone, read by whoever asks.</summary>
internal sealed class SeedProgress
{
    private readonly Lock _lock = new();
    private readonly List<SeedFinding> _findings = [];
    private readonly TimeProvider _time;
    private SeedStatus _status;

    public SeedProgress(string folder, TimeProvider time)
    {
        _time = time;
        _status = new SeedStatus(SeedState.Running, folder, time.GetUtcNow(), null, 0, 0, 0, 0, 0, 0, 0, [], 0);
    }

    public SeedStatus Status
    {
        get
        {
            lock (_lock) return _status with { Findings = [.. _findings] };
        }
    }

    public void Expect(long packs, long bytes, int points) => Change(status => status with
    {
        Packs = status.Packs + packs,
        Bytes = status.Bytes + bytes,
        Points = status.Points + points,
    });

    public void Pack(long bytes, bool wasThere) => Change(status => status with
    {
        PacksDone = status.PacksDone + 1,
        PacksThere = status.PacksThere + (wasThere ? 1 : 0),
        BytesDone = status.BytesDone + bytes,
    });

    public void Packs(long count, long bytes) => Change(status => status with
    {
        PacksDone = status.PacksDone + count,
        PacksThere = status.PacksThere + count,
        BytesDone = status.BytesDone + bytes,
    });

    public void Point() => Change(status => status with { PointsDone = status.PointsDone + 1 });

    public void Find(Fault fault) => Change(status =>
    {
        if (_findings.Count < Limits.SeedFindings)
            _findings.Add(new SeedFinding(fault.Code, fault.Message, fault.Guidance));
        return status with { FindingsTotal = status.FindingsTotal + 1 };
    });

    public void End(SeedState state) => Change(status => status with { State = state, EndedAt = _time.GetUtcNow() });

    private void Change(Func<SeedStatus, SeedStatus> change)
    {
        lock (_lock) _status = change(_status);
    }
}
