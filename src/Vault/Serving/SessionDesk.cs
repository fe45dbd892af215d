using Coffer.Domain;
using Coffer.Vault.Intake;

namespace Coffer.Vault.Serving;

/// <summary>A session of a machine over the network.</summary>
internal sealed class ServedSession(BackupSession session)
{
    public BackupSession Session => session;

    /// <summary>Checkpoints and commits come one at a time; questions and packs beside each other.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    public SemaphoreSlim Packs { get; } = new(ServingRules.PacksAtOncePerSession);
}

/// <summary>
/// The sessions that are open. One for each data source: a machine that lost its own, by a crash or a cut line, opens
/// another, and the one before ends.
/// </summary>
internal sealed class SessionDesk
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, ServedSession> _open = [];

    /// <param name="open">Opens it in the vault.</param>
    public async Task<BackupSession> OpenAsync(MachineId machine, SourceId source, Func<BackupSession> open)
    {
        ServedSession? before;
        lock (_lock)
        {
            before = _open.Values.FirstOrDefault(s => s.Session.Machine == machine && s.Session.Source == source);
            if (before is not null) _open.Remove(before.Session.Opening.Session);
            if (_open.Values.Count(s => s.Session.Machine == machine) >= ServingRules.SessionsPerMachine)
                throw ServiceFaults.Crowded("backups");
        }
        if (before is not null) await EndAsync(before);
        var session = open();
        lock (_lock) _open[session.Opening.Session] = new ServedSession(session);
        return session;
    }

    /// <exception cref="FaultException"><c>vault.session</c>: there is none, or it is another machine's.</exception>
    public ServedSession Find(MachineId machine, SessionId id)
    {
        lock (_lock)
            return _open.TryGetValue(id, out var found) && found.Session.Machine == machine
                ? found
                : throw ServiceFaults.NoSession();
    }

    public async Task CloseAsync(MachineId machine, SessionId id)
    {
        ServedSession? found;
        lock (_lock)
        {
            found = _open.GetValueOrDefault(id);
            if (found?.Session.Machine != machine) return;
            _open.Remove(id);
        }
        await EndAsync(found);
    }

    public async Task CloseAllAsync()
    {
        List<ServedSession> all;
        lock (_lock)
        {
            all = [.. _open.Values];
            _open.Clear();
        }
        foreach (var session in all) await EndAsync(session);
    }

    // After a commit that is still at it: what was asked for first is answered first.
    private static async Task EndAsync(ServedSession session)
    {
        await session.Turn.WaitAsync();
        await session.Session.DisposeAsync();
        session.Turn.Release();
    }
}
