using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Format.Frames;
using Coffer.Vault.Editing;
using Coffer.Vault.Intake;
using Coffer.Vault.Protection;
using Coffer.Vault.Security;
using Coffer.Vault.Servers;

namespace Coffer.Vault.Serving;

/// <summary>
/// A served vault as one machine may use it: its own keyspace, sources, sessions, readers, policy and jobs. Whatever
/// names another's is refused here, whoever asked for it.
/// </summary>
public sealed class MachineAccess
{
    private readonly ServedVault _vault;
    private readonly ServerDescription _server;

    private readonly bool _isGrant;

    /// <param name="isGrant">By somebody else, who has proved the server's passphrase, and for reading only.</param>
    internal MachineAccess(ServedVault vault, ServerDescription server, bool isGrant) =>
        (_vault, _server, _isGrant) = (vault, server, isGrant);

    public ServerDescription Server => _server;

    /// <summary>As the audit log has it.</summary>
    public string Name => Caller.Name;

    /// <summary>This machine first, then those with which it shares its keyspace, gone ones with them.</summary>
    public IReadOnlyList<ServerDescription> ListMembers() =>
    [
        _server,
        .. _vault.Engine.Opened.Catalog.Machines.All().Where(other => other.Id != Machine && IsMember(other)),
    ];

    private Caller Caller => Caller.Machine(_server, _isGrant);

    private ProtectionDesk Protection => new(_vault.Engine.Opened);

    private MachineId Machine => _server.Id;

    public Task<IReadOnlyList<byte[]>> ReadEnvelopesAsync(KeyspaceId keyspace, CancellationToken cancellationToken) =>
        _vault.Engine.ReadEnvelopesAsync(Own(keyspace), cancellationToken);

    public Task StoreEnvelopeAsync(KeyspaceId keyspace, byte[] envelope, CancellationToken cancellationToken) =>
        _vault.Engine.StoreEnvelopeAsync(Changed(Own(keyspace)), envelope, cancellationToken);

    /// <summary>One that is out of use takes a PIN: an old passphrase may be known to others.</summary>
    public async Task<byte[]> ReadEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, string? pin, CancellationToken cancellationToken)
    {
        byte[] envelope = await _vault.Engine.ReadEnvelopeAsync(Own(keyspace), kind, number, cancellationToken);
        var vault = _vault.Engine.Opened;
        if (number >= vault.Catalog.Keyspaces.EnvelopeNumbers(keyspace, kind).Active) return envelope;
        string subject = Subjects.OfEnvelope(envelope);
        new Guard(vault).Pass(Caller, [CriticalOperation.FetchOldEnvelope], Changed(Machine), subject, pin);
        vault.Audit.Append(Caller.Name, "passphrase.fetch-old", subject, AuditOutcome.Done);
        return envelope;
    }

    /// <summary>Puts another passphrase in force, which takes a PIN made for just this envelope.</summary>
    public async Task ActivateEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, string? pin, CancellationToken cancellationToken)
    {
        Changed(Own(keyspace));
        var vault = _vault.Engine.Opened;
        byte[] envelope = await _vault.Engine.ReadEnvelopeAsync(keyspace, kind, number, cancellationToken);
        if (vault.Catalog.Keyspaces.EnvelopeNumbers(keyspace, kind).Active == number) return; // asked again
        string subject = Subjects.OfEnvelope(envelope);
        new Guard(vault).Pass(Caller, [CriticalOperation.ChangePassphrase], Machine, subject, pin);
        vault.Audit.Append(Caller.Name, "passphrase.change", subject, AuditOutcome.Done);
        await _vault.Engine.ActivateEnvelopeAsync(keyspace, kind, number, cancellationToken);
    }

    /// <summary>What weakens takes a PIN made for just this policy.</summary>
    /// <param name="edit">The edit made at the vault that it answers: that one needs no further PIN.</param>
    public void StorePolicy(MachineId machine, StoredPolicy policy, string? pin, Id128? edit = null) =>
        new PolicyDesk(_vault.Engine.Opened).Propose(Caller, Changed(Own(machine)), policy, pin, edit);

    /// <summary>What people here would have the machine do.</summary>
    public MachineRequests ReadRequests(MachineId machine)
    {
        Written(Own(machine)); // whoever reads by a grant is not the machine
        var vault = _vault.Engine.Opened;
        return new MachineRequests(
            new PolicyEditDesk(vault).OfferedTo(machine), new AskedRunDesk(vault).OfferedTo(machine));
    }

    public void AnswerEdit(MachineId machine, Id128 edit, EditAnswer answer) =>
        new PolicyEditDesk(_vault.Engine.Opened).Answer(Caller, Changed(Own(machine)), edit, answer);

    public void TakeBackup(MachineId machine, Id128 request) =>
        new AskedRunDesk(_vault.Engine.Opened).Take(Changed(Own(machine)), request);

    /// <summary>With what became of the protection of each.</summary>
    public IReadOnlyList<BackupItem> ListBackupItems(MachineId machine)
    {
        Own(machine);
        return BackupItems.Of(_vault.Engine.Opened, _server);
    }

    public StopAnswer Stop(SourceId source, StopRequest request, string? pin)
    {
        Changed(Own(source));
        // Stopped so and resumed, again and again, without a PIN: that must not eat the reserve of the disk.
        if (request.Way == StopWay.RetainData) _vault.Engine.Opened.RequireSpace();
        return Protection.Stop(Caller, source, request, pin);
    }

    public void Resume(SourceId source)
    {
        Changed(Own(source));
        _vault.Engine.Opened.RequireSpace();
        Protection.Resume(Caller, source);
    }

    public int Undelete(SourceId source) => Protection.Undelete(Caller, Changed(Own(source)));

    public void Hold(ObjectId point) => Protection.Hold(Caller, Changed(Own(point)));

    public ExtendAnswer Extend(ObjectId point, ExtendRequest request)
    {
        Changed(Own(point));
        _vault.Engine.Opened.RequireSpace(); // each is a record, and no PIN is asked for
        return Protection.Extend(Caller, point, request.Until, isMachine: true);
    }

    public void Release(ObjectId point, string? pin) => Protection.Release(Caller, Changed(Own(point)), pin);

    /// <summary>Ends this machine's registration and deletes its backups softly.</summary>
    public void Unregister(string? pin) =>
        new ServerDesk(_vault.Engine.Opened).Unregister(Caller, Changed(Machine), "by the machine itself", pin);

    public Task<StoredPolicy?> ReadPolicyAsync(MachineId machine, CancellationToken cancellationToken) =>
        _vault.Engine.ReadPolicyAsync(Own(machine), cancellationToken);

    public async Task<OpenedSession> OpenSessionAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        Written(Own(request.Machine));
        cancellationToken.ThrowIfCancellationRequested();
        var envelopes = _vault.Engine.Opened.Catalog.Keyspaces.ActiveEnvelopes(_server.Keyspace);
        bool isEmpty = _vault.Engine.Opened.Keyspace(_server.Keyspace).Packs.Totals().Count == 0;
        var session = await _vault.Sessions.OpenAsync(
            Machine, request.Source, () => _vault.Engine.OpenSession(request));
        return new OpenedSession(session.Opening, _server.Keyspace, [.. envelopes], isEmpty);
    }

    public Task CloseSessionAsync(SessionId session) => _vault.Sessions.CloseAsync(Written(Machine), session);

    public ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(
        SessionId session, ObjectId? after, CancellationToken cancellationToken) =>
        Session(session).Session.ListLostAsync(after, cancellationToken);

    public async Task<bool[]> HaveAsync(SessionId session, ObjectId[] ids, CancellationToken cancellationToken)
    {
        var found = Session(session);
        var present = new bool[ids.Length];
        await found.Questions.WaitAsync(cancellationToken);
        try
        {
            await found.Session.HaveAsync(ids, present, cancellationToken);
        }
        finally
        {
            found.Questions.Release();
        }
        return present;
    }

    /// <param name="body">Head and frames of the pack.</param>
    /// <param name="length">Of the body, at most.</param>
    public async Task PutPackAsync(
        SessionId session, ObjectId name, Stream body, long length, CancellationToken cancellationToken)
    {
        var found = Session(session);
        _vault.Quotas.Require(Machine, _server.Keyspace, length);
        var own = _vault.PackTurnsOf(Machine);
        await own.WaitAsync(cancellationToken);
        try
        {
            await _vault.PackTurns.WaitAsync(cancellationToken);
            try
            {
                await TakeInTimeAsync(found.Session, name, body, length, cancellationToken);
            }
            finally
            {
                _vault.PackTurns.Release();
            }
        }
        finally
        {
            own.Release();
        }
    }

    // Who sends slower than any line holds a turn that others wait for.
    private async Task TakeInTimeAsync(
        BackupSession session, ObjectId name, Stream body, long length, CancellationToken cancellationToken)
    {
        var limit = ServingRules.PackTime + TimeSpan.FromSeconds(length / ServingRules.SlowestBytesPerSecond);
        using var late = new CancellationTokenSource(limit, _vault.Engine.Opened.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await PackIntake.TakeAsync(_vault.Engine.Opened, session, name, body, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw ServiceFaults.Pack("it took too long to come");
        }
    }

    /// <summary>Before a body is read that is for a session.</summary>
    /// <exception cref="FaultException"><c>vault.session</c>.</exception>
    public void RequireSession(SessionId session) => Session(session);

    public Task<bool> StoreCheckpointAsync(
        SessionId session, ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken) =>
        InTurnAsync(session, own => own.StoreCheckpointAsync(frame, facts, cancellationToken), cancellationToken);

    /// <summary>
    /// Once begun it is not given up where the line is cut: the agent asks again, and is answered as the first time.
    /// </summary>
    public Task<CommitAnswer> CommitAsync(
        SessionId session, ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken) =>
        InTurnAsync(session, own => own.CommitAsync(frame, facts, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<PointDescription>> ListPointsAsync(
        PointFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Machine is { } machine) Read(machine);
        if (filter.Keyspace is { } keyspace) Own(keyspace);
        return _vault.Engine.ListPointsAsync(filter with { Keyspace = _server.Keyspace }, cancellationToken);
    }

    public OpenedReader OpenReader(KeyspaceId keyspace)
    {
        Own(keyspace);
        return new OpenedReader(_vault.Readers.Open(Machine, () => _vault.Engine.OpenReader(keyspace, Machine)));
    }

    public Task CloseReaderAsync(Id128 reader) => _vault.Readers.CloseAsync(Machine, reader);

    /// <exception cref="FaultException"><c>frame.none</c>, <c>frame.damaged</c>.</exception>
    public async Task ReadFrameAsync(
        Id128 reader, ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken)
    {
        try
        {
            if (!await _vault.Readers.Find(Machine, reader).ReadAsync(id, copy, frame, cancellationToken))
                throw ServiceFaults.NoFrame();
        }
        catch (CorruptionException e)
        {
            throw ServiceFaults.FrameDamaged(e.Message);
        }
    }

    /// <inheritdoc cref="ReadFrameAsync"/>
    public async Task LookAsync(Id128 reader, ObjectId id, int copy, CancellationToken cancellationToken)
    {
        try
        {
            if (!await _vault.Readers.Find(Machine, reader).LookAsync(id, copy, cancellationToken))
                throw ServiceFaults.NoFrame();
        }
        catch (CorruptionException e)
        {
            throw ServiceFaults.FrameDamaged(e.Message);
        }
    }

    public Task ReportDamageAsync(Id128 reader, DamageNotice notice, CancellationToken cancellationToken) =>
        _vault.Readers.Find(Written(Machine), reader).ReportDamageAsync(
            notice.Id, notice.Copy, notice.Reason, cancellationToken);

    public Task<byte[]> ReadPointAsync(Id128 reader, ObjectId point, CancellationToken cancellationToken)
    {
        var found = _vault.Readers.Find(Machine, reader);
        if (_vault.Engine.Opened.Catalog.Points.Find(point) is { } described && described.Machine != Machine)
        {
            Own(described.Keyspace);
            _vault.MemberReads.Note(Name, described.Machine); // before it is given out
        }
        return found.ReadPointAsync(point, cancellationToken);
    }

    public Task ReportJobAsync(JobReport report, CancellationToken cancellationToken)
    {
        Written(Own(report.Machine));
        if (_vault.Engine.Opened.Catalog.Jobs.MachineOf(report.Id) is { } owner) Own(owner);
        // Counted apart from changes: with jobs alone nobody keeps this machine from holding its points.
        else _vault.Changes.Count($"jobs of {Machine}");
        _vault.Engine.Opened.RequireSpace();
        return _vault.Engine.ReportJobAsync(report, cancellationToken);
    }

    /// <summary>Newest first, as many as one answer holds.</summary>
    public IReadOnlyList<JobReport> ListJobs(int limit) => _vault.Engine.Opened.Catalog.Jobs.List(
        Machine, null, Math.Clamp(limit, 1, Limits.JobsAtOnce), Limits.JobListBytes).Jobs;

    /// <summary>Its own packs and points, and the vault's disk: what others have is not told.</summary>
    public async Task<VaultStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        var own = await ListPointsAsync(new PointFilter(Machine), cancellationToken);
        return _vault.Engine.ReadStatusOf(_server.Keyspace) with
        {
            Points = own.Count,
            Version = typeof(ServedVault).Assembly.GetName().Version?.ToString(3),
        };
    }

    private async Task<T> InTurnAsync<T>(
        SessionId session, Func<IBackupSession, Task<T>> act, CancellationToken cancellationToken)
    {
        var found = Session(session);
        await found.Turn.WaitAsync(cancellationToken);
        try
        {
            return await act(found.Session);
        }
        finally
        {
            found.Turn.Release();
        }
    }

    private ServedSession Session(SessionId session) => _vault.Sessions.Find(Written(Machine), session);

    private KeyspaceId Own(KeyspaceId keyspace) =>
        keyspace == _server.Keyspace ? keyspace : throw ServiceFaults.NotYours("keyspace");

    private SourceId Own(SourceId source) =>
        _vault.Engine.Opened.Catalog.Machines.FindSource(source)?.Machine == Machine
            ? source
            : throw ServiceFaults.NotYours("backup item");

    private ObjectId Own(ObjectId point) =>
        _vault.Engine.Opened.Catalog.Points.Find(point)?.Machine == Machine
            ? point
            : throw ServiceFaults.NotYours("point");

    private MachineId Own(MachineId machine) =>
        machine == Machine ? machine : throw ServiceFaults.NotYours("request");

    // Another member's points may be read, and that is recorded.
    private void Read(MachineId machine)
    {
        if (machine == Machine) return;
        var other = _vault.Engine.Opened.Catalog.Machines.Find(machine);
        if (other is null || !IsMember(other)) throw ServiceFaults.NotYours("request");
        _vault.MemberReads.Note(Name, machine);
    }

    private bool IsMember(ServerDescription other) => other.Keyspace == _server.Keyspace;

    // A change that is kept, and counted: however it ends, it costs the vault something.
    private T Changed<T>(T what)
    {
        Written(what);
        _vault.Changes.Count(Name);
        return what;
    }

    private T Written<T>(T what) => _isGrant ? throw ServiceFaults.ReadOnly() : what;
}
