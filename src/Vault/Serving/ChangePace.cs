using Coffer.Domain;

namespace Coffer.Vault.Serving;

/// <summary>
/// How often one machine may change what is kept of it: policy, protection, holds, envelopes. Each change is a record
/// and an entry of the audit log, and whoever holds its key must not fill the disk with them.
/// </summary>
internal sealed class ChangePace(TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, Queue<long>> _changes = [];

    /// <summary>Counts one.</summary>
    /// <exception cref="FaultException"><c>machine.pace</c>.</exception>
    public void Count(MachineId machine)
    {
        lock (_lock)
        {
            if (!_changes.TryGetValue(machine, out var times)) _changes[machine] = times = new Queue<long>();
            while (times.TryPeek(out long oldest) && time.GetElapsedTime(oldest) >= s_window) times.Dequeue();
            if (times.Count >= ServingRules.ChangesAnHour) throw ServiceFaults.Pace();
            times.Enqueue(time.GetTimestamp());
        }
    }
}
