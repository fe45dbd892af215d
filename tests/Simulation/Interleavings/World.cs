using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;

namespace Coffer.Simulation.Interleavings;

/// <summary>
/// A vault with one agent, one administrator and one collector, who take turns as a test says; and what must hold
/// whatever the order of the turns. Points come in two shapes, which share a page.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    // What is missing is told level by level: two trees, pages, chunks.
    private const int CommitRounds = 6;

    private readonly Agent _agent;
    private readonly ScratchFolder _scratch = new();
    private readonly Site _site;
    private readonly ISabotage? _sabotage;
    private readonly Dictionary<int, HashSet<ObjectId>> _told = [];
    private readonly List<(ObjectId Id, int Shape)> _live = [], _deleted = [];
    private EmbeddedVault _vault = null!;
    private IBackupSession? _session;
    private long _sequence;

    private World(Agent agent, ISabotage? sabotage)
    {
        (_agent, _sabotage) = (agent, sabotage);
        _site = new Site(agent, _scratch.Make("vault"), new Promises());
    }

    public bool HasSession => _session is not null;

    public bool HasLive => _live.Count > 0;

    public bool HasDeleted => _deleted.Count > 0;

    public string KeyspaceFile => Directory.EnumerateFiles(Path.Combine(_site.Folder, "keyspaces"), "*.db").Single();

    /// <summary>A vault with a point of either shape, a week old; the first of them is purged where asked.</summary>
    public static async Task<World> MakeAsync(Agent agent, bool isFirstPurged, ISabotage? sabotage = null)
    {
        var world = new World(agent, sabotage);
        EmbeddedVault.Create(world._site.Folder, "simulated", world._site.Time);
        world._vault = await world._site.OpenAsync();
        await world._vault.RegisterAsync(agent.Registration, default);
        foreach (int shape in (int[])[0, 1])
        {
            await world.OpenAsync();
            await world.CommitAsync(shape);
            await world.CloseAsync();
        }

        world.Wait(TimeSpan.FromDays(8));
        if (!isFirstPurged) return world;
        world.Delete();
        world.Purge();
        return world;
    }

    public async Task OpenAsync()
    {
        var machine = (await Site.MachineAsync(_vault)).ShouldNotBeNull();
        _session = await _vault.OpenSessionAsync(_agent.Session(machine), default);
    }

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
        return _agent.Graph.PutAsync(_session!, needed.Contains);
    }

    /// <summary>Commits a new point; what the vault then misses is sent, as an agent does.</summary>
    public async Task CommitAsync(int shape)
    {
        var planned = ShapeOf(shape);
        byte[] references = FrameHeader.ParseWhole(planned.Frame, "point").ReferencesOf(planned.Frame).ToArray();
        var (id, frame) = _agent.Graph.Seal(
            NodeKind.Point, BitConverter.GetBytes(++_sequence), new ObjectId(references),
            new ObjectId(references.AsSpan(ObjectId.Size)));
        var facts = new CommitFacts(_sequence, VirtualTime.Start, new() { Files = _sequence });
        for (int round = 1; ; round++)
        {
            var answer = await _session!.CommitAsync(frame, facts, default);
            if (answer.Missing.Count == 0) break;
            answer.Missing.Where(_told.GetValueOrDefault(shape, []).Contains)
                .ShouldBeEmpty("ids that this session was told are present");
            round.ShouldBeLessThan(CommitRounds, "the vault goes on missing what was sent");
            var missing = answer.Missing.ToHashSet();
            await _agent.Graph.PutAsync(_session, missing.Contains);
        }

        _live.Add((id, shape));
        _sabotage?.AfterCommit(this);
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
        }
    }

    public void Wait(TimeSpan time) => _site.Wait(time);

    /// <summary>The process ends and another begins.</summary>
    public async Task ReopenAsync()
    {
        if (_session is not null) await CloseAsync();
        await _vault.DisposeAsync();
        _vault = await _site.OpenAsync();
    }

    /// <summary>Every point that was not purged has every node below it.</summary>
    public async Task ShouldHaveAllPointsAsync()
    {
        await using var reader = await _vault.OpenReaderAsync(_agent.Keys.Keyspace, default);
        using var opener = new FrameOpener(_agent.Keys);
        using FrameBuffer frame = new(), plain = new();
        foreach (int shape in _live.Concat(_deleted).Select(point => point.Shape).Distinct())
        {
            foreach (var id in ShapeOf(shape).Graph)
            {
                (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue($"{id} of shape {shape} is gone");
                opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, "frame").Kind, plain);
            }
        }

        foreach (var (id, _) in _live.Concat(_deleted)) (await reader.ReadPointAsync(id, default)).ShouldNotBeEmpty();
    }

    /// <summary>Once all points are purged and two collections have had their time, nothing is left.</summary>
    public async Task ShouldEndEmptyAsync()
    {
        if (_session is not null) await CloseAsync();
        // One that was begun before goes on with what it saw then.
        Collect();
        while (HasLive) Delete();
        while (HasDeleted) Purge();
        Wait(TimeSpan.FromDays(8));
        Collect();
        Wait(TimeSpan.FromHours(25));
        Collect();
        Directory.EnumerateFiles(Path.Combine(_site.Folder, "store", "packs"), "*", SearchOption.AllDirectories)
            .ShouldBeEmpty("packs that nobody needs");
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        await _vault.DisposeAsync();
        _scratch.Dispose();
    }

    private PlannedPoint ShapeOf(int shape) => shape == 0 ? _agent.First : _agent.Second;
}
