using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;

namespace Coffer.Unit.Vault;

/// <summary>The process dies between any two durable steps; what it left is opened by the next.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _first, _second;
    private readonly (ObjectId Id, byte[] Frame) _checkpoint, _point;

    public CrashTests()
    {
        _first = new SealedGraph(_fixture.Keys);
        _second = new SealedGraph(_fixture.Keys);
        _checkpoint = _first.AddPoint(1, kind: NodeKind.Checkpoint);
        _point = _second.AddPoint(2);
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Backup_DyingAtEachDurableStep_LeavesNothingHalfCommittedAndIsFinishedByTheNext()
    {
        var machine = await _fixture.RegisterAsync();
        string before = _fixture.CopyFolder("before");
        int crashes = 0;
        for (int step = 1; ; step++)
        {
            bool hasCrashed = false;
            foreach (bool after in (bool[])[false, true])
                hasCrashed |= await DieAndGoOnAsync(machine, before, step, after);
            if (!hasCrashed) break;
            crashes++;
        }
        // Opening number twice, two packs and two receipts twice, record and object twice, the old checkpoint's.
        crashes.ShouldBeGreaterThanOrEqualTo(14);
    }

    [Fact]
    public async Task Open_DyingAfterTheNewNumberAndAgainBeforeTheNext_IsNotTakenForARestoredCopy()
    {
        (await DieAsync(1, after: true, _ => Task.CompletedTask)).ShouldBeTrue();
        (await DieAsync(1, after: false, _ => Task.CompletedTask)).ShouldBeTrue();
        await (await _fixture.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Registration_DyingAtEachDurableStep_IsDoneByTheNext()
    {
        string before = _fixture.CopyFolder("before");
        var request = _fixture.Registration();
        for (int step = 1; ; step++)
        {
            Restore(before);
            bool hasCrashed = await DieAsync(step, after: true, vault => vault.RegisterAsync(request, default));
            await using var vault = await _fixture.OpenAsync();
            var servers = await vault.ListServersAsync(default);
            if (!hasCrashed)
            {
                servers.Count.ShouldBe(1);
                step.ShouldBeGreaterThan(4);
                return;
            }
            servers.ShouldBeEmpty();
            (await vault.RegisterAsync(request, default)).Name.ShouldBe(request.Name);
        }
    }

    [Fact]
    public async Task Delete_DyingAtEachDurableStep_StandsInTheRecordsAsInTheCatalog()
    {
        var machine = await _fixture.RegisterAsync();
        await using (var vault = await _fixture.OpenAsync()) await BackUpAsync(vault, machine);
        string before = _fixture.CopyFolder("before");
        for (int step = 1; ; step++)
        {
            Restore(before);
            bool hasCrashed = await DieAsync(step, after: true, vault =>
            {
                vault.Points.Delete(_point.Id, TimeSpan.FromDays(1));
                return Task.CompletedTask;
            });
            PointState listed;
            await using (var vault = await _fixture.OpenAsync()) listed = await StateAsync(vault);
            string lost = _fixture.CopyOf(_fixture.Opened, "lost");
            File.Delete($"{lost}/catalog.db");
            await using var rebuilt = await EmbeddedVault.OpenReadOnlyAsync(lost, _fixture.Options, default);
            (await StateAsync(rebuilt)).ShouldBe(listed, $"step {step}");
            if (hasCrashed) continue;
            listed.ShouldBe(PointState.SoftDeleted);
            return;
        }
    }

    private static async Task<PointState> StateAsync(EmbeddedVault vault) =>
        (await vault.ListPointsAsync(new PointFilter(), default)).Single().State;

    private async Task<bool> DieAndGoOnAsync(MachineId machine, string before, int step, bool after)
    {
        Restore(before);
        bool hasCrashed = await DieAsync(step, after, vault => BackUpAsync(vault, machine));
        await using var vault = await _fixture.OpenAsync();
        await ShouldBeWholeAsync(vault, $"step {step}, {(after ? "after" : "before")}");
        await BackUpAsync(vault, machine);
        (await vault.ListPointsAsync(new PointFilter(), default)).Select(p => p.Id).ShouldBe([_point.Id]);
        await ShouldBeWholeAsync(vault, $"step {step}, finished");
        // The checkpoint went with the commit, wherever the process died.
        Directory.EnumerateFiles(Path.Combine(_fixture.Opened, "store", "points"), "*", SearchOption.AllDirectories)
            .Count().ShouldBe(1, $"step {step}");
        return hasCrashed;
    }

    private async Task BackUpAsync(EmbeddedVault vault, MachineId machine)
    {
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        if (session.Opening.HighestSequence == 0)
        {
            await PutMissingAsync(session, _first);
            await session.StoreCheckpointAsync(_checkpoint.Frame, VaultFixture.Facts(1), default);
        }
        await PutMissingAsync(session, _second);
        var answer = await session.CommitAsync(_point.Frame, VaultFixture.Facts(1), default);
        answer.Missing.ShouldBeEmpty();
    }

    private static async Task PutMissingAsync(Contracts.Sessions.IBackupSession session, SealedGraph graph)
    {
        ObjectId[] ids = [.. graph.Ids];
        var present = new bool[ids.Length];
        await session.HaveAsync(ids, present, default);
        var have = ids.Where((_, i) => present[i]).ToHashSet();
        await graph.PutAsync(session, id => !have.Contains(id));
    }

    private async Task ShouldBeWholeAsync(EmbeddedVault vault, string when)
    {
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        using var opener = new FrameOpener(_fixture.Keys);
        using FrameBuffer frame = new(), plain = new();
        foreach (var point in await vault.ListPointsAsync(new PointFilter(), default))
        {
            (await reader.ReadPointAsync(point.Id, default)).ShouldBe(_point.Frame);
            foreach (var id in _second.Ids)
            {
                (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue(when);
                opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, when).Kind, plain);
            }
        }
    }

    private async Task<bool> DieAsync(int step, bool after, Func<EmbeddedVault, Task> act)
    {
        CrashingStore? store = null;
        _fixture.WrapStore = inner => store = new CrashingStore(inner, step, after);
        EmbeddedVault? vault = null;
        try
        {
            vault = await _fixture.OpenAsync();
            await act(vault);
        }
        catch (CrashException)
        {
            // As planned.
        }
        _fixture.WrapStore = null;
        // A process may die in what another has left.
        bool isLeft = Path.GetFileName(_fixture.Opened) == "left";
        string left = _fixture.CopyOf(_fixture.Opened, isLeft ? "left again" : "left");
        if (vault is not null) await vault.DisposeAsync();
        _fixture.Opened = left;
        return store!.HasCrashed;
    }

    private void Restore(string before)
    {
        _fixture.Opened = _fixture.CopyOf(before, "run");
        string left = Path.Combine(_fixture.Root, "left");
        if (Directory.Exists(left)) Directory.Delete(left, recursive: true);
    }
}
