using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Format.Records;
using Coffer.Simulation.Damage;
using Coffer.Simulation.Disks;
using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;
using Coffer.Vault.Records;

namespace Coffer.Simulation.Interleavings;

/// <summary>
/// A vault with two machines of one keyspace, one administrator, one collector and one reader, who take turns as a test
/// says; and what must hold whatever the order of the turns. Points come in two shapes, which share a page.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    // What is missing is told level by level: two trees, pages, chunks.
    private const int CommitRounds = 6;

    private readonly Agent _agent;
    private readonly ScratchFolder _scratch = new();
    private readonly Site _site;
    private readonly ISabotage? _sabotage;
    private readonly SourceId[] _sources = [SourceId.New(), SourceId.New()];
    private readonly Dictionary<int, HashSet<ObjectId>> _told = [];
    private readonly List<(ObjectId Id, int Shape)> _live, _deleted = [];
    private readonly Tables _tables;
    private IReadOnlyList<MachineId> _machines;
    private EmbeddedVault _vault = null!;
    private EmbeddedVault? _olderVault;
    private IBackupSession? _session, _older;
    private OpenRestore? _reader;
    private long _sequence;
    private bool _isPoisoned;

    private World(Agent agent, ISabotage? sabotage, WorldImage? image)
    {
        (_agent, _sabotage) = (agent, sabotage);
        string folder = _scratch.Make("vault");
        image?.Disk.WriteTo(folder);
        _site = new Site(agent, folder, new Promises { Now = image?.Now ?? VirtualTime.Start });
        _tables = new Tables(_site);
        (_machines, _sequence, _live) = (image?.Machines ?? [], image?.Sequence ?? 0, [.. image?.Live ?? []]);
    }

    public bool HasSession => _session is not null;

    public bool HasOlder => _older is not null;

    public bool HasReader => _reader is not null;

    public bool HasLive => _live.Count > 0;

    public bool HasDeleted => _deleted.Count > 0;

    public bool HasCopy => _tables.HasCopy;

    public bool HasFirstShape => _live.Concat(_deleted).Any(point => point.Shape == 0);

    public string KeyspaceFile => DamageSteps.Index(_site);

    /// <summary>A vault with a point of either shape, a week old; the first of them is purged where asked.</summary>
    public static async Task<WorldImage> MakeAsync(Agent agent, bool isFirstPurged)
    {
        await using var world = new World(agent, null, null);
        await world.RegisterBothAsync();
        world._vault = await world._site.OpenAsync();
        foreach (int shape in (int[])[0, 1])
        {
            await world.OpenAsync();
            await world.CommitAsync(shape);
            await world.CloseAsync();
        }

        world.Wait(TimeSpan.FromDays(8));
        if (isFirstPurged) world.Drop();
        await world._vault.DisposeAsync();
        return new WorldImage(
            DiskImage.Read(world._site.Folder), world._site.Promises.Now, world._machines, world._sequence,
            [.. world._live]);
    }

    public static async Task<World> BeginAsync(Agent agent, WorldImage image, ISabotage? sabotage)
    {
        var world = new World(agent, sabotage, image);
        world._vault = await world._site.OpenAsync();
        return world;
    }

    /// <param name="machine">Of the two.</param>
    public async Task OpenAsync(int machine = 0) => _session = await _vault.OpenSessionAsync(
        _agent.Session(_machines[machine]) with { Source = _sources[machine] }, default);

    public async Task CloseAsync()
    {
        await _session!.DisposeAsync();
        _session = null;
        _told.Clear();
    }

    /// <summary>What the answer calls present, a commit in this session may count on.</summary>
    public async Task AskAsync(int shape)
    {
        ObjectId[] ids = [.. ShapeOf(shape).Graph];
        var present = new bool[ids.Length];
        await _session!.HaveAsync(ids, present, default);
        _told[shape] = [.. ids.Where((_, i) => present[i])];
    }

    /// <summary>Sends what was not called present; all of it where nothing was asked.</summary>
    public Task SendAsync(int shape)
    {
        var needed = ShapeOf(shape).Graph.Except(_told.GetValueOrDefault(shape) ?? []).ToHashSet();
        return PutAsync(_session!, needed);
    }

    /// <summary>All of it, in packs that nobody has sent so: each id may then be in two.</summary>
    public async Task SendApartAsync(int shape)
    {
        var ids = ShapeOf(shape).Graph;
        for (int half = 0; half < 2; half++)
            await PutAsync(_session!, [.. ids.Where((_, number) => number % 2 == half)]);
    }

    /// <summary>The answer to it does not arrive, so it is sent once more.</summary>
    public async Task SendTwiceAsync(int shape)
    {
        await SendAsync(shape);
        await SendAsync(shape);
    }

    /// <summary>A second copy of a chunk and of a page, under their ids, that do not open.</summary>
    public async Task PoisonAsync()
    {
        _isPoisoned = true;
        foreach (var id in (ObjectId[])[_agent.First.Graph[1], _agent.First.Graph[4]])
        {
            using var pack = _session!.BeginPack(PackClasses.Of(_agent.KindOf(id)));
            pack.Append(_agent.Poisoned(id));
            try
            {
                await pack.CompleteAsync(default);
            }
            catch (FaultException e) when (e.Fault.Code == "vault.repack")
            {
                // Removed before, and refused for ever.
            }
        }
    }

    /// <summary>Commits a new point; what the vault then misses is sent, as an agent does.</summary>
    /// <param name="isAnswerLost">The first answer does not arrive: the same point is committed again.</param>
    public async Task CommitAsync(int shape, bool isAnswerLost = false)
    {
        // Only ids that were asked for may be relied on; without poison it makes no difference.
        if (_isPoisoned && !_told.ContainsKey(shape)) await AskAsync(shape);
        if (_isPoisoned) await SendAsync(shape);
        var (id, frame) = SealPoint(shape);
        var facts = new CommitFacts(_sequence, VirtualTime.Start, new() { Files = _sequence });
        _sabotage?.BeforeCommit(this);
        for (int round = 1; ; round++)
        {
            var answer = await _session!.CommitAsync(frame, facts, default);
            if (answer.Missing.Count == 0) break;
            answer.Missing.Where(_told.GetValueOrDefault(shape, []).Contains)
                .ShouldBeEmpty("ids that this session was told are present");
            round.ShouldBeLessThan(CommitRounds, "the vault goes on missing what was sent");
            await PutAsync(_session, [.. answer.Missing]);
        }

        if (isAnswerLost) (await _session.CommitAsync(frame, facts, default)).Point.ShouldNotBeNull().Id.ShouldBe(id);
        _live.Add((id, shape));
        _sabotage?.AfterCommit(this);
    }

    public async Task BackUpAsync(int shape, bool isPoisoned = false)
    {
        await OpenAsync(shape);
        if (isPoisoned) await PoisonAsync();
        await CommitAsync(shape);
        await CloseAsync();
    }

    /// <summary>
    /// Another process gets the lock while this one is at work, as it may where a disk was away. This one's session
    /// has ended for that, and nothing that it does may count.
    /// </summary>
    public async Task TakeOverAsync()
    {
        (_older, _olderVault, _session) = (_session, _vault, null);
        _told.Clear();
        File.Delete(Path.Combine(_site.Folder, "lock"));
        _vault = await _site.OpenAsync();
    }

    public Task SendByOlderAsync() => PutAsync(_older!, [.. ShapeOf(0).Graph]);

    public async Task CommitByOlderAsync()
    {
        var frame = SealPoint(0).Frame;
        var facts = new CommitFacts(_sequence, VirtualTime.Start, new());
        var e = await Should.ThrowAsync<FaultException>(() => _older!.CommitAsync(frame, facts, default));
        e.Fault.Code.ShouldBe("vault.session");
    }

    public async Task EndOlderAsync()
    {
        await _older!.DisposeAsync();
        await _olderVault!.DisposeAsync();
        (_older, _olderVault) = (null, null);
    }

    public void Delete()
    {
        var oldest = _live[0];
        _vault.Points.Delete(oldest.Id, TimeSpan.Zero);
        _live.RemoveAt(0);
        _deleted.Add(oldest);
    }

    public void Undelete()
    {
        var last = _deleted[^1];
        _vault.Points.Undelete(last.Id);
        _deleted.RemoveAt(_deleted.Count - 1);
        _live.Add(last);
    }

    public void Purge()
    {
        _vault.Points.Purge(_deleted[0].Id);
        _deleted.RemoveAt(0);
    }

    public void Drop()
    {
        Delete();
        Purge();
    }

    /// <param name="meanwhile">Done once, in the middle of it.</param>
    /// <param name="when">Before which of its steps; 0 the first.</param>
    public void Collect(Func<Task>? meanwhile = null, int when = 0)
    {
        int step = 0;
        _vault.Collect(new(), () =>
        {
            if (meanwhile is not null && step++ == when) meanwhile().GetAwaiter().GetResult();
            return true;
        }).ShouldAllBe(report => report.Stopped == null);
        _sabotage?.AfterCollect(this);
    }

    /// <summary>Stops in the middle; the next one goes on.</summary>
    public void CollectAPart(int steps) => _ = _vault.Collect(new(), () => steps-- > 0);

    /// <summary>A session that is open shows a sign of life on the way.</summary>
    public async Task WaitADayAsync()
    {
        for (int half = 0; half < 2; half++)
        {
            Wait(TimeSpan.FromHours(12.5));
            if (_session is not null) await _session.HaveAsync(new[] { ShapeOf(0).Graph[0] }, new bool[1], default);
            if (_reader is not null) await _reader.BeatAsync();
        }
    }

    public void Wait(TimeSpan time) => _site.Wait(time);

    /// <summary>Begins to restore the oldest point that there is.</summary>
    public async Task OpenReaderAsync()
    {
        var vault = await _site.OpenSharedAsync();
        var reader = await vault.OpenReaderAsync(_agent.Keys.Keyspace, default);
        _reader = new OpenRestore(_agent, vault, reader, ShapeOf(_live[0].Shape));
    }

    public async Task ReadOnAsync()
    {
        await _reader!.ReadAsync();
        _told.Clear(); // what it may have reported counts as absent
    }

    public async Task CloseReaderAsync()
    {
        await _reader!.ReadAsync();
        await _reader.DisposeAsync();
        _reader = null;
    }

    /// <summary>The process ends and another begins.</summary>
    public async Task ReopenAsync()
    {
        await EndProcessesAsync(alsoReader: false);
        _vault = await _site.OpenAsync();
    }

    public async Task CopyTablesAsync()
    {
        await EndProcessesAsync(alsoReader: false);
        _tables.Copy();
        _vault = await _site.OpenAsync();
    }

    /// <summary>The copy comes back, is refused, and is made anew.</summary>
    public async Task BringBackAsync(bool alsoIndex)
    {
        await EndProcessesAsync(alsoReader: true);
        _vault = await _tables.BringBackAsync(alsoIndex);
        await ShouldHaveAllPointsAsync();
    }

    /// <summary>Every point that was not purged is in its state and has every node; no other is there.</summary>
    public async Task ShouldHaveAllPointsAsync()
    {
        if (_reader is not null) await CloseReaderAsync();
        var listed = await _vault.ListPointsAsync(new PointFilter(), default);
        listed.Where(point => point.State == PointState.Live).Select(point => point.Id)
            .ShouldBe(_live.Select(point => point.Id), ignoreOrder: true);
        listed.Where(point => point.State != PointState.Live).Select(point => point.Id)
            .ShouldBe(_deleted.Select(point => point.Id), ignoreOrder: true);
        await using var reader = await _vault.OpenReaderAsync(_agent.Keys.Keyspace, default);
        foreach (int shape in _live.Concat(_deleted).Select(point => point.Shape).Distinct())
            await OpenRestore.ReadAsync(_agent, reader, ShapeOf(shape));
        foreach (var (id, _) in _live.Concat(_deleted)) (await reader.ReadPointAsync(id, default)).ShouldNotBeEmpty();
        _told.Clear();
    }

    /// <summary>Once all points are purged and two collections have had their time, nothing is left.</summary>
    public async Task ShouldEndEmptyAsync()
    {
        await EndProcessesAsync(alsoReader: true);
        _vault = await _site.OpenAsync();
        // One that was begun before goes on with what it saw then.
        Collect();
        while (HasLive) Delete();
        while (HasDeleted) Purge();
        Wait(TimeSpan.FromDays(8));
        await ReopenAsync(); // which drops roots of restored tables that nobody claimed for a week
        Collect();
        Wait(TimeSpan.FromHours(25));
        Collect();
        Directory.EnumerateFiles(Path.Combine(_site.Folder, "store", "packs"), "*", SearchOption.AllDirectories)
            .ShouldBeEmpty("packs that nobody needs");
    }

    public async ValueTask DisposeAsync()
    {
        if (_vault is not null) await EndProcessesAsync(alsoReader: true);
        _scratch.Dispose();
    }

    private async Task EndProcessesAsync(bool alsoReader)
    {
        if (_session is not null) await CloseAsync();
        if (_older is not null) await EndOlderAsync();
        if (alsoReader && _reader is not null)
        {
            await _reader.DisposeAsync();
            _reader = null;
        }
        await _vault.DisposeAsync();
    }

    // Registration takes one machine of a keyspace so far; the second is written as it would be.
    private async Task RegisterBothAsync()
    {
        EmbeddedVault.Create(_site.Folder, "simulated", _site.Time);
        await using (var vault = await _site.OpenAsync()) await vault.RegisterAsync(_agent.Registration, default);
        using var inside = await _site.OpenInsideAsync();
        var first = inside.Catalog.Machines.All().Single();
        var second = first with { Id = MachineId.New(), Name = "another host" };
        inside.Records.Write(first.Keyspace, RecordKind.Machine, json =>
        {
            json.WriteString("keyspace"u8, second.Keyspace.ToString());
            json.WriteString("machine"u8, second.Id.ToString());
            json.WriteString("name"u8, second.Name);
            json.WriteBase64String("publicKey"u8, _agent.Registration.MachineKey);
            json.WriteString("registered"u8, CanonicalJson.Time(second.RegisteredAt));
        });
        inside.Catalog.Machines.Insert(second, _agent.Registration.MachineKey);
        _machines = [first.Id, second.Id];
    }

    private (ObjectId Id, byte[] Frame) SealPoint(int shape)
    {
        var planned = ShapeOf(shape);
        byte[] references = FrameHeader.ParseWhole(planned.Frame, "point").ReferencesOf(planned.Frame).ToArray();
        return _agent.Graph.Seal(
            NodeKind.Point, BitConverter.GetBytes(++_sequence), new ObjectId(references),
            new ObjectId(references.AsSpan(ObjectId.Size)));
    }

    // A pack of that name was removed before: sealed anew it is another one.
    private async Task PutAsync(IBackupSession session, HashSet<ObjectId> ids)
    {
        try
        {
            await _agent.Graph.PutAsync(session, ids.Contains);
        }
        catch (FaultException e) when (e.Fault.Code == "vault.repack")
        {
            using var anew = _agent.SealAnew();
            await anew.PutAsync(session, ids.Contains);
        }
    }

    private PlannedPoint ShapeOf(int shape) => shape == 0 ? _agent.First : _agent.Second;
}
