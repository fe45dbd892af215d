using Coffer.Domain;
using Coffer.Vault.Intake;

namespace Coffer.Vault.Serving;

/// <summary>A session of a machine over the network.</summary>
internal sealed class ServedSession(BackupSession session)
{
    public BackupSession Session => session;

    /// <summary>Checkpoints and commits come one at a time; questions and packs beside each other.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Each question at work holds a connection to the index.</summary>
    public SemaphoreSlim Questions { get; } = new(ServingRules.QuestionsAtOnce);
}

/// <summary>
/// The sessions that are open. One for each data source: a machine that lost its own, by a crash or a cut line, opens
/// another, and the one before ends. One that nobody uses ends as well, or collection would wait for it for ever.
/// </summary>
internal sealed class SessionDesk
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SessionId, ServedSession> _open = [];
    private readonly Dictionary<SourceId, MachineId> _opening = [];
    private readonly Queue<SessionId> _replaced = new();

    /// <param name="open">Opens it in the vault.</param>
    /// <exception cref="FaultException"><c>vault.crowded</c>, <c>vault.starting</c>.</exception>
    public async Task<BackupSession> OpenAsync(MachineId machine, SourceId source, Func<BackupSession> open)
    {
        List<ServedSession> before;
        lock (_lock)
        {
            before = Take(found => found.Machine == machine && found.Source == source);
            foreach (var old in before) Replaced(old.Session.Opening.Session);
            int others = _open.Values.Count(found => found.Session.Machine == machine)
                + _opening.Values.Count(opener => opener == machine);
            if (others >= ServingRules.SessionsPerMachine) throw ServiceFaults.Crowded("backups");
            if (!_opening.TryAdd(source, machine)) throw ServiceFaults.Opening();
        }
        try
        {
            foreach (var old in before) await EndAsync(old);
            var session = open();
            lock (_lock) _open[session.Opening.Session] = new ServedSession(session);
            return session;
        }
        finally
        {
            lock (_lock) _opening.Remove(source);
        }
    }

    /// <exception cref="FaultException"><c>vault.session</c>: there is none, or it is another machine's;
    /// <c>vault.replaced</c>: another was opened in its place.</exception>
    public ServedSession Find(MachineId machine, SessionId id)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(id, out var found) && found.Session.Machine == machine) return found;
            throw _replaced.Contains(id) ? ServiceFaults.Replaced() : ServiceFaults.NoSession();
        }
    }

    /// <summary>Whether a backup of a source is under way, or about to be.</summary>
    public bool IsOpen(MachineId machine, SourceId source)
    {
        lock (_lock)
        {
            return _opening.ContainsKey(source)
                || _open.Values.Any(found => found.Session.Machine == machine && found.Session.Source == source);
        }
    }

    public Task CloseAsync(MachineId machine, SessionId id) =>
        EndAsync(found => found.Machine == machine && found.Opening.Session == id);

    /// <summary>Those that were not used for a day, or are a week old.</summary>
    public Task EndIdleAsync() => EndAsync(found => found.IsOver);

    public Task CloseAllAsync() => EndAsync(_ => true);

    // Who is told that a session is unknown opens another, so two of one source would end each other's for ever.
    private void Replaced(SessionId session)
    {
        _replaced.Enqueue(session);
        if (_replaced.Count > ServingRules.ReplacedSessions) _replaced.Dequeue();
    }

    private async Task EndAsync(Func<BackupSession, bool> which)
    {
        List<ServedSession> taken;
        lock (_lock) taken = Take(which);
        foreach (var session in taken) await EndAsync(session);
    }

    private List<ServedSession> Take(Func<BackupSession, bool> which)
    {
        List<ServedSession> taken = [.. _open.Values.Where(found => which(found.Session))];
        foreach (var session in taken) _open.Remove(session.Session.Opening.Session);
        return taken;
    }

    // After a commit that is still at it: what was asked for first is answered first.
    private static async Task EndAsync(ServedSession session)
    {
        await session.Turn.WaitAsync();
        try
        {
            await session.Session.DisposeAsync();
        }
        finally
        {
            session.Turn.Release();
        }
    }
}
