using Coffer.Domain;

namespace Coffer.Vault.Serving;

/// <summary>
/// How often one machine, person or token may change what is kept: policy, protection, holds, envelopes, switches. Each
/// is a record and an entry of the audit log, and nobody must fill the disk with them.
/// </summary>
internal sealed class ChangePace(TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromHours(1);

    /// <summary>Beyond it those are forgotten that have done nothing for an hour.</summary>
    private const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<long>> _changes = [];

    /// <summary>Counts one.</summary>
    /// <exception cref="FaultException"><c>machine.pace</c>.</exception>
    public void Count(string who)
    {
        lock (_lock)
        {
            if (_changes.Count >= Remembered && !_changes.ContainsKey(who)) Forget();
            if (!_changes.TryGetValue(who, out var times)) _changes[who] = times = new Queue<long>();
            while (times.TryPeek(out long oldest) && time.GetElapsedTime(oldest) >= s_window) times.Dequeue();
            if (times.Count >= ServingRules.ChangesAnHour) throw ServiceFaults.Pace();
            times.Enqueue(time.GetTimestamp());
        }
    }

    private void Forget()
    {
        foreach (var (who, times) in _changes.ToList())
            if (times.Count == 0 || time.GetElapsedTime(times.Last()) >= s_window) _changes.Remove(who);
    }
}
