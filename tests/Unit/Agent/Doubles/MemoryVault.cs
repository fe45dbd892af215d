using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;

namespace Coffer.Unit.Agent.Doubles;

/// <summary>A vault in memory that keeps the contract's rules: presence by pack, closed pages, held bases.</summary>
internal sealed class MemoryVault : IVault
{
    private readonly Lock _lock = new();

    public VaultDescription Description { get; } = new(VaultId.New(), "memory", "memory", IsReadOnly: false);

    public Dictionary<ObjectId, byte[]> Frames { get; } = [];

    public Dictionary<ObjectId, byte[]> Points { get; } = [];

    public List<PointDescription> Committed { get; } = [];

    public List<ServerDescription> Servers { get; } = [];

    /// <summary>What it answers when asked for the envelopes of a keyspace, likeliest first.</summary>
    public Dictionary<KeyspaceId, List<byte[]>> Envelopes { get; } = [];

    public ObjectId? Checkpoint { get; set; }

    public List<ObjectId> Lost { get; } = [];

    public long LossEpoch { get; set; }

    public List<BackupItem> Items { get; } = [];

    /// <summary>Happens before it answers for <see cref="Items"/>.</summary>
    public Func<Task> IsAskedForItems { get; set; } = () => Task.CompletedTask;

    /// <summary>Its answer when it is asked for <see cref="Items"/>; null: those.</summary>
    public Fault? ItemsFault { get; set; }

    /// <summary>Reports in the order in which they came.</summary>
    public List<JobReport> Jobs { get; } = [];

    public bool RefusesJobs { get; set; }

    /// <summary>Happens with each report of a job.</summary>
    public Action? Told { get; set; }

    public int JobCalls { get; private set; }

    public int PacksCompleted { get; private set; }

    public int HaveCalls { get; private set; }

    /// <summary>Happens while a pack is completed; null: nothing.</summary>
    public Func<CancellationToken, Task>? Sending { get; set; }

    /// <summary>Throws in the n-th completed pack, counted from 1; 0: never.</summary>
    public int FailingPack { get; set; }

    /// <summary>Ids dropped right before the next commit, as if the vault had lost them.</summary>
    public Func<MemoryVault, IEnumerable<ObjectId>>? LosesBeforeCommit { get; set; }

    public Task<IBackupSession> OpenSessionAsync(SessionRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IBackupSession>(new Session(this, request));

    public Task<IFrameReader> OpenReaderAsync(KeyspaceId keyspace, CancellationToken cancellationToken) =>
        Task.FromResult<IFrameReader>(new Reader(this));

    public Task<IReadOnlyList<PointDescription>> ListPointsAsync(
        PointFilter filter, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PointDescription>>(Committed);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<IReadOnlyList<ServerDescription>> ListServersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ServerDescription>>(Servers);

    public Task<ServerDescription> RegisterAsync(RegistrationRequest request, CancellationToken cancellationToken) =>
        throw Unused();

    public Task<ServerDescription> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken) =>
        throw Unused();

    public Task<IReadOnlyList<byte[]>> ReadEnvelopesAsync(KeyspaceId keyspace, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<byte[]>>(Envelopes[keyspace]);

    public Task StoreEnvelopeAsync(KeyspaceId keyspace, byte[] envelope, CancellationToken cancellationToken) =>
        throw Unused();

    public Task<byte[]> ReadEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) => throw Unused();

    public Task ActivateEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) => throw Unused();

    public Task StorePolicyAsync(MachineId machine, long version, byte[] policy, CancellationToken cancellationToken) =>
        throw Unused();

    public Task<StoredPolicy?> ReadPolicyAsync(MachineId machine, CancellationToken cancellationToken) =>
        throw Unused();

    public Task ReportJobAsync(JobReport report, CancellationToken cancellationToken)
    {
        if (!RefusesJobs) Jobs.Add(report);
        JobCalls++;
        Told?.Invoke();
        return RefusesJobs ? throw FaultException.Failed("vault.busy", "The vault is busy.") : Task.CompletedTask;
    }

    public Task<IReadOnlyList<JobReport>> ListJobsAsync(
        MachineId? machine, int limit, CancellationToken cancellationToken) => throw Unused();

    public async Task<IReadOnlyList<BackupItem>> ListBackupItemsAsync(
        MachineId machine, CancellationToken cancellationToken)
    {
        await IsAskedForItems();
        cancellationToken.ThrowIfCancellationRequested();
        return ItemsFault is { } fault ? throw new FaultException(fault) : Items;
    }

    public Task<StopAnswer> StopProtectionAsync(
        SourceId source, StopRequest request, CancellationToken cancellationToken) => throw Unused();

    public Task ResumeProtectionAsync(SourceId source, CancellationToken cancellationToken) => throw Unused();

    public Task<int> UndeleteAsync(SourceId source, CancellationToken cancellationToken) => throw Unused();

    public Task HoldPointAsync(ObjectId point, CancellationToken cancellationToken) => throw Unused();

    public Task<ExtendAnswer> ExtendPointAsync(
        ObjectId point, DateTimeOffset until, CancellationToken cancellationToken) => throw Unused();

    public Task ReleasePointAsync(ObjectId point, CancellationToken cancellationToken) => throw Unused();

    public Task UnregisterAsync(MachineId machine, CancellationToken cancellationToken) => throw Unused();

    public Task<VaultStatus> ReadStatusAsync(CancellationToken cancellationToken) => throw Unused();

    public Task NoteFullCheckAsync(CancellationToken cancellationToken) => throw Unused();

    private static NotSupportedException Unused() => new("not a part of backup runs");

    /// <summary>What is absent of the graph below these references.</summary>
    private List<ObjectId> Missing(byte[] frame)
    {
        var missing = new List<ObjectId>();
        var seen = new HashSet<ObjectId>();
        var open = new Stack<byte[]>([frame]);
        while (open.TryPop(out byte[]? next))
        {
            var header = FrameHeader.Parse(next, "frame");
            for (int i = 0; i < header.ReferenceCount; i++)
            {
                var id = FrameHeader.ReferenceOf(next, i);
                if (!seen.Add(id)) continue;
                if (Frames.TryGetValue(id, out byte[]? child)) open.Push(child);
                else missing.Add(id);
            }
        }

        return missing;
    }

    private sealed class Session(MemoryVault vault, SessionRequest request) : IBackupSession
    {
        public SessionOpening Opening { get; } = new(
            SessionId.New(),
            vault.Description.Id,
            vault.Committed.Where(p => p.Source == request.Source).Select(p => p.Sequence).DefaultIfEmpty(0).Max(),
            vault.Committed.FindLast(p => p.Source == request.Source)?.Id,
            vault.Checkpoint,
            vault.LossEpoch,
            vault.Lost.Count,
            long.MaxValue);

        // One a page, to be asked as often as there are some.
        public ValueTask<IReadOnlyList<ObjectId>> ListLostAsync(ObjectId? after, CancellationToken cancellationToken) =>
            new([.. vault.Lost.Order().Where(id => after is not { } last || id.CompareTo(last) > 0).Take(1)]);

        public ValueTask HaveAsync(
            ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken)
        {
            lock (vault._lock)
            {
                vault.HaveCalls++;
                for (int i = 0; i < ids.Length; i++)
                {
                    present.Span[i] = vault.Frames.TryGetValue(ids.Span[i], out byte[]? frame)
                        && vault.Missing(frame).Count == 0;
                }
            }

            return ValueTask.CompletedTask;
        }

        public IPackUpload BeginPack(PackClass packClass) => new Upload(vault, packClass);

        public Task<bool> StoreCheckpointAsync(
            ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
        {
            lock (vault._lock)
            {
                vault.Missing(frame.ToArray()).ShouldBeEmpty("a checkpoint's graph must be present");
                var id = FrameHeader.Parse(frame.Span, "checkpoint").Id;
                vault.Points[id] = frame.ToArray();
                vault.Checkpoint = id;
            }

            return Task.FromResult(true);
        }

        public Task<CommitAnswer> CommitAsync(
            ReadOnlyMemory<byte> frame, CommitFacts facts, CancellationToken cancellationToken)
        {
            lock (vault._lock)
            {
                foreach (var lost in vault.LosesBeforeCommit?.Invoke(vault) ?? []) _ = vault.Frames.Remove(lost);
                vault.LosesBeforeCommit = null;
                var missing = vault.Missing(frame.ToArray());
                if (missing.Count > 0) return Task.FromResult(new CommitAnswer(null, missing));
                var header = FrameHeader.Parse(frame.Span, "point");
                vault.Points[header.Id] = frame.ToArray();
                var point = new PointDescription(
                    header.Id, header.Keyspace, request.Machine, request.Source, request.SourceType,
                    request.SourceLabel, facts.Sequence, facts.AgentTime, PointState.Live, [], false, facts.Statistics)
                {
                    Job = request.Job,
                };
                vault.Committed.Add(point);
                vault.Checkpoint = null;
                return Task.FromResult(new CommitAnswer(point, []));
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Upload : IPackUpload
    {
        private readonly MemoryVault _vault;
        private readonly PackClass _class;
        private readonly List<byte[]> _frames = [];

        public Upload(MemoryVault vault, PackClass packClass) => (_vault, _class) = (vault, packClass);

        public long Length { get; private set; }

        public int FrameCount => _frames.Count;

        public bool IsFull => Length > 1 << 20;

        public void Append(ReadOnlySpan<byte> frame)
        {
            PackClasses.Of(FrameHeader.ParseWhole(frame, "frame").Kind).ShouldBe(_class);
            _frames.Add(frame.ToArray());
            Length += frame.Length;
        }

        public async Task<long> CompleteAsync(CancellationToken cancellationToken)
        {
            if (_vault.Sending is { } sending) await sending(cancellationToken);
            lock (_vault._lock)
            {
                if (++_vault.PacksCompleted == _vault.FailingPack)
                    throw FaultException.Failed("vault.full", "The vault is full.");
                foreach (byte[] frame in _frames)
                {
                    var header = FrameHeader.Parse(frame, "frame");
                    // A page that is no longer closed may come again, a chunk that is there may not.
                    bool isNew = _vault.Frames.TryAdd(header.Id, frame);
                    if (header.Kind == NodeKind.Chunk) isNew.ShouldBeTrue($"{header.Id} was sent twice");
                }
            }

            return Length;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Reader(MemoryVault vault) : IFrameReader
    {
        public ValueTask<bool> ReadAsync(
            ObjectId id, int copy, FrameBuffer frame, CancellationToken cancellationToken)
        {
            lock (vault._lock)
            {
                if (copy > 0 || !vault.Frames.TryGetValue(id, out byte[]? bytes)) return ValueTask.FromResult(false);
                bytes.CopyTo(frame.Take(bytes.Length));
                return ValueTask.FromResult(true);
            }
        }

        public ValueTask<bool> LookAsync(ObjectId id, int copy, CancellationToken cancellationToken)
        {
            lock (vault._lock) return ValueTask.FromResult(copy == 0 && vault.Frames.ContainsKey(id));
        }

        public Task ReportDamageAsync(ObjectId id, int copy, string reason, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task<byte[]> ReadPointAsync(ObjectId point, CancellationToken cancellationToken) =>
            Task.FromResult(vault.Points[point]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
