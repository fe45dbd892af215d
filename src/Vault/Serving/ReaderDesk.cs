using Coffer.Domain;
using Coffer.Vault.Reading;

namespace Coffer.Vault.Serving;

/// <summary>The readers that are open.</summary>
internal sealed class ReaderDesk(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Id128, Served> _open = [];

    /// <param name="open">Opens it in the vault.</param>
    public Id128 Open(MachineId machine, Func<FrameReader> open)
    {
        var id = Id128.Random();
        lock (_lock)
        {
            if (_open.Values.Count(reader => reader.Machine == machine) >= ServingRules.ReadersPerMachine)
                throw ServiceFaults.Crowded("restores");
            long now = time.GetTimestamp();
            _open[id] = new Served(machine, open(), now) { LastCall = now };
        }
        return id;
    }

    /// <summary>Those that gave no sign of life for an hour, or are a week old.</summary>
    public Task EndIdleAsync() => CloseAsync(served =>
        time.GetElapsedTime(served.LastCall) > Limits.ReaderSilence
        || time.GetElapsedTime(served.Opened) > ServingRules.ReaderAge);

    /// <exception cref="FaultException"><c>vault.reader</c>: there is none, or it is another machine's.</exception>
    public FrameReader Find(MachineId machine, Id128 id)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(id, out var found) || found.Machine != machine) throw ServiceFaults.NoReader();
            found.LastCall = time.GetTimestamp();
            return found.Reader;
        }
    }

    public Task CloseAsync(MachineId machine, Id128 id)
    {
        lock (_lock)
            if (!_open.TryGetValue(id, out var found) || found.Machine != machine) return Task.CompletedTask;
        return CloseAsync(served => served == _open.GetValueOrDefault(id));
    }

    public Task CloseAllAsync() => CloseAsync(_ => true);

    private async Task CloseAsync(Func<Served, bool> which)
    {
        var closed = new List<Served>();
        lock (_lock)
        {
            foreach (var (id, reader) in _open.Where(entry => which(entry.Value)).ToList())
            {
                _open.Remove(id);
                closed.Add(reader);
            }
        }
        foreach (var reader in closed)
        {
            try
            {
                await reader.Reader.DisposeAsync();
            }
            catch (FaultException)
            {
                // Its row stays, and counts for an hour.
            }
        }
    }

    private sealed record Served(MachineId Machine, FrameReader Reader, long Opened)
    {
        public long LastCall { get; set; }
    }
}
