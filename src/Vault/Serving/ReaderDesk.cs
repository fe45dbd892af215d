using Coffer.Domain;
using Coffer.Vault.Reading;

namespace Coffer.Vault.Serving;

/// <summary>The readers that are open; one that gave no sign of life for an hour is ended.</summary>
internal sealed class ReaderDesk(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Id128, Served> _open = [];

    /// <param name="open">Opens it in the vault.</param>
    public async Task<Id128> OpenAsync(MachineId machine, Func<FrameReader> open)
    {
        await CloseAsync(served => time.GetElapsedTime(served.LastCall) > Limits.ReaderSilence);
        var id = Id128.Random();
        lock (_lock)
        {
            if (_open.Values.Count(reader => reader.Machine == machine) >= ServingRules.ReadersPerMachine)
                throw ServiceFaults.Crowded("restores");
        }
        var opened = new Served(machine, open()) { LastCall = time.GetTimestamp() };
        lock (_lock) _open[id] = opened;
        return id;
    }

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
        foreach (var reader in closed) await reader.Reader.DisposeAsync();
    }

    private sealed record Served(MachineId Machine, FrameReader Reader)
    {
        public long LastCall { get; set; }
    }
}
