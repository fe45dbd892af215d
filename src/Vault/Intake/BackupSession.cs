using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;
using Coffer.Vault.Records;

namespace Coffer.Vault.Intake;

/// <summary>One source's writing session in an embedded vault.</summary>
internal sealed class BackupSession : IBackupSession
{
    private readonly OpenVault _vault;
    private readonly KeyspaceFile _keyspace;
    private readonly SessionRequest _request;
    private readonly PointIntake _points;
    private readonly ObjectId[] _lost;
    private readonly Action _ended;
    private readonly long _opened;
    private long _lastCall, _asked;
    private int _isClosed;

    private BackupSession(
        OpenVault vault, KeyspaceFile keyspace, SessionRequest request, SessionOpening opening, ObjectId[] lost,
        Action ended)
    {
        (_vault, _keyspace, _request, _lost, _ended) = (vault, keyspace, request, lost, ended);
        Opening = opening;
        _points = new PointIntake(vault, keyspace, request);
        _opened = _lastCall = vault.Options.Time.GetTimestamp();
    }

    public SessionOpening Opening { get; }

    public MachineId Machine => _request.Machine;

    public SourceId Source => _request.Source;

    public KeyspaceId Keyspace => _keyspace.Keyspace;

    /// <param name="ended">Called once, when the session is disposed.</param>
    public static BackupSession Open(OpenVault vault, SessionRequest request, Action ended)
    {
        long free = vault.RequireSpace();
        if (request.SourceType.Length > Limits.NameLength || request.SourceLabel.Length > Limits.SourceLabelLength)
            throw VaultFaults.Source(request.Source, "has too long a name");
        var machine = vault.Catalog.Machines.Find(request.Machine) ?? throw VaultFaults.NoMachine(request.Machine);
        var source = vault.Catalog.Machines.FindSource(request.Source);
        if (source is not null && source.Machine != request.Machine) throw VaultFaults.Source(request.Source);
        bool isOneTooMany = vault.Options.IsServed && source is null
            && vault.Catalog.Machines.SourcesOf(request.Machine).Count >= Limits.SourcesOfAMachine;
        if (isOneTooMany) throw VaultFaults.Source(request.Source, "is one more than a machine can have");
        new PointGate(vault).Require(request.Machine, request.Source);
        var keyspace = vault.Keyspace(machine.Keyspace);
        var now = vault.Now;
        vault.Catalog.Transaction(() =>
        {
            if (source?.Type != request.SourceType || source.Label != request.SourceLabel)
            {
                vault.Catalog.Machines.PutSource(
                    new SourceRow(request.Source, request.Machine, request.SourceType, request.SourceLabel, 0),
                    machine.Keyspace);
            }
            vault.Catalog.Machines.SetHeard(request.Machine, now);
        });
        var newest = vault.Catalog.Points.Newest(request.Source);
        var checkpoint = vault.Catalog.Checkpoints.Find(request.Source)?.Id;
        var id = new SessionId(Id128.Random());
        var bases = new SessionBases(vault, keyspace, request.Machine, id);
        keyspace.Transaction(() =>
        {
            int process = Environment.ProcessId;
            keyspace.Sessions.Open(
                new SessionRow(id, request.Machine, request.Source, process, vault.Options.Clock.BootId), now);
            newest = bases.Hold(newest);
            checkpoint = bases.Hold(checkpoint);
        });
        var lost = bases.Lost;
        var opening = new SessionOpening(
            id, vault.Id, source?.HighestSequence ?? 0, newest, checkpoint, keyspace.LossEpoch(), lost.Length, free);
        return new BackupSession(vault, keyspace, request, opening, lost, ended);
    }

    public ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(ObjectId? after, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireAlive();
        int at = after is { } last ? Array.BinarySearch(_lost, last) : -1;
        // Where the id is none of them, the search tells the complement of where it would stand.
        int from = after is null ? 0 : at >= 0 ? at + 1 : ~at;
        int count = Math.Min(Limits.LostIdsAtOnce, _lost.Length - from);
        return new(new ArraySegment<ObjectId>(_lost, from, count));
    }

    public ValueTask HaveAsync(
        ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Invariant.Holds(present.Length >= ids.Length);
        RequireAlive();
        if (Interlocked.Add(ref _asked, ids.Length) > Limits.IdsAskedInSession)
            throw VaultFaults.SessionEnded("it has asked for more ids than any data source has");
        var lookup = _keyspace.Lookups.Borrow();
        try
        {
            lookup.Have(ids.Span, _vault.Sharing.AudienceOf(Keyspace, Machine), present.Span);
        }
        catch
        {
            lookup.Dispose(); // what is wrong with it would be met again
            throw;
        }
        _keyspace.Lookups.Return(lookup);
        return ValueTask.CompletedTask;
    }

    public IPackUpload BeginPack(PackClass packClass)
    {
        // Only metadata packs carry them: so a store without its catalog still opens with the passphrase.
        var envelopes = packClass == PackClass.Metadata
            ? _vault.Catalog.Keyspaces.ActiveEnvelopes(_keyspace.Keyspace)
            : [];
        return BeginPack(new PackHead(packClass, _keyspace.Keyspace, envelopes));
    }

    /// <summary>With a head that the sender made; it is checked by the caller.</summary>
    public PackUpload BeginPack(PackHead head)
    {
        RequireAlive();
        _vault.RequireSpace();
        return new PackUpload(_vault, _keyspace, this, head);
    }

    /// <inheritdoc cref="PackIndex.Contradiction"/>
    public ObjectId? Contradiction(IReadOnlyList<PackEntry> entries) => _keyspace.Packs.Contradiction(Machine, entries);

    /// <summary>Null where the vault never had a pack of this name.</summary>
    public PackState? StateOf(ObjectId pack) => _keyspace.Packs.StateOf(pack);

    public Task<bool> StoreCheckpointAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireAlive();
        RequireAliveInFile();
        _vault.RequireSpace();
        return Task.FromResult(_points.StoreCheckpoint(frame, facts));
    }

    public Task<CommitAnswer> CommitAsync(
        ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var header = FrameHeader.ParseWhole(frame.Span, "the point to be committed");
        if (_points.Committed(header, facts) is { } before)
            return Task.FromResult(new CommitAnswer(before, []));
        RequireAlive();
        RequireAliveInFile();
        _vault.RequireSpace();
        // Again: protection may have been stopped since, and other sessions may have made points.
        new PointGate(_vault).Require(Machine, Source);
        return Task.FromResult(_points.Commit(frame, header, facts));
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1) return ValueTask.CompletedTask;
        try
        {
            _keyspace.Sessions.End(Opening.Session, _vault.Now);
        }
        catch (FaultException)
        {
            // The disk is full or gone; the next opening for writing ends all sessions that are left.
        }
        finally
        {
            _ended();
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Nobody may use it any more: it was idle for a day, or is a week old.</summary>
    public bool IsOver
    {
        get
        {
            var time = _vault.Options.Time;
            return time.GetElapsedTime(Interlocked.Read(ref _lastCall)) > Limits.SessionIdle
                || time.GetElapsedTime(_opened) > Limits.SessionAge;
        }
    }

    /// <summary>Notes a call; costs no write, as only this process can call.</summary>
    public void RequireAlive()
    {
        if (_isClosed == 1) throw VaultFaults.SessionEnded("it was closed");
        // Not by the wall clock: one that is set forward in the middle of a run must not end it.
        var time = _vault.Options.Time;
        long now = time.GetTimestamp(), last = Interlocked.Exchange(ref _lastCall, now);
        if (time.GetElapsedTime(last, now) > Limits.SessionIdle)
            throw VaultFaults.SessionEnded("nothing was sent for a day");
        if (time.GetElapsedTime(_opened, now) > Limits.SessionAge) throw VaultFaults.SessionEnded("it is a week old");
    }

    // Whoever took the vault's lock meanwhile has ended this session: the disk was away and came back, say.
    private void RequireAliveInFile()
    {
        if (!_keyspace.Sessions.IsOpen(Opening.Session)) throw VaultFaults.SessionEnded("another opening ended it");
        _keyspace.Sessions.Touch(Opening.Session, _vault.Now);
    }
}
