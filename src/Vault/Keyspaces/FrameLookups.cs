using System.Collections.Concurrent;

namespace Coffer.Vault.Keyspaces;

/// <summary>
/// Lookups of one keyspace file for as many threads as ask at once; each keeps its connection for the next.
/// </summary>
internal sealed class FrameLookups(string path) : IDisposable
{
    private readonly ConcurrentBag<FrameLookup> _idle = [];

    public FrameLookup Borrow() => _idle.TryTake(out var lookup) ? lookup : new FrameLookup(path);

    public void Return(FrameLookup lookup)
    {
        if (_idle.Count < Limits.LookupsKept) _idle.Add(lookup);
        else lookup.Dispose(); // each holds files open, and so many ask at once but rarely
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var lookup)) lookup.Dispose();
    }
}
