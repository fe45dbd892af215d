using Coffer.Contracts;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Collecting;

/// <summary>Many small packs become one; whoever dies in between loses nothing.</summary>
public sealed class MergeTests : IDisposable
{
    private static readonly CollectionRules Rules = new() { SmallPacks = 4 };

    private readonly VaultFixture _fixture = new();
    private readonly List<(SealedGraph Graph, ObjectId Point)> _points = [];

    public void Dispose()
    {
        foreach (var (graph, _) in _points) graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Collect_ManySmallPacks_MakesOneOfThem()
    {
        await MakeAsync();
        await using (var vault = await _fixture.OpenAsync())
        {
            var report = Collect(vault);
            report.RemovedPacks.ShouldBe(2 * Rules.SmallPacks);
            report.CopiedBytes.ShouldBePositive();
            await ShouldOpenAsync(vault, "merged");
            Collect(vault).RemovedPacks.ShouldBe(0);
        }

        // Rebuilt from the store it is the same: receipts and tombstones tell which packs count.
        File.Delete(Directory.EnumerateFiles(Path.Combine(_fixture.Folder, "keyspaces"), "*.db").Single());
        await using var rebuilt = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        await ShouldOpenAsync(rebuilt, "rebuilt");
    }

    [Fact]
    public async Task Collect_MergedTwiceToTheSameFrames_MakesAPackOfAnotherName()
    {
        await MakeAsync();
        await using var vault = await _fixture.OpenAsync();
        Collect(vault);
        string[] once = Packs();
        // One more pack, merged with what came out before, would be what came out before if nothing of it lived.
        var always = Rules with { SmallPacks = 1 };
        vault.Collect(always, () => true).Single().RemovedPacks.ShouldBe(2);
        Packs().ShouldNotContain(pack => once.Contains(pack));
        await ShouldOpenAsync(vault, "merged alone");
    }

    [Fact]
    public async Task Collect_DyingAtEachDurableStep_LosesNothingAndIsFinishedByTheNext()
    {
        await MakeAsync();
        string before = _fixture.CopyFolder("before");
        int crashes = 0;
        foreach (bool after in (bool[])[false, true])
        {
            for (int step = 1; await DieAsync(before, step, after); step++)
            {
                crashes++;
                await using var vault = await _fixture.OpenAsync();
                await ShouldOpenAsync(vault, $"step {step}, after: {after}");
                Collect(vault).Stopped.ShouldBeNull();
                await ShouldOpenAsync(vault, $"step {step}, after: {after}, collected again");
            }
        }

        // For each of two classes: the pack, its receipt, and of each old pack the tombstone and the file.
        crashes.ShouldBeGreaterThanOrEqualTo(2 * 2 * (2 + (2 * Rules.SmallPacks)));
    }

    private async Task MakeAsync()
    {
        var machine = await _fixture.RegisterAsync();
        await using var vault = await _fixture.OpenAsync();
        for (int number = 1; number <= Rules.SmallPacks; number++)
        {
            var graph = new SealedGraph(_fixture.Keys);
            var (point, frame) = graph.AddPoint(number, pages: 1);
            await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(number), default)).Missing.ShouldBeEmpty();
            _points.Add((graph, point));
        }

        _fixture.Time.Move(TimeSpan.FromDays(8));
    }

    private async Task<bool> DieAsync(string before, int step, bool after)
    {
        _fixture.Opened = _fixture.CopyOf(before, "here");
        CrashingStore? crashing = null;
        _fixture.WrapStore = store => crashing = new CrashingStore(store, step, after);
        try
        {
            await using var vault = await _fixture.OpenAsync();
            Collect(vault);
        }
        catch (Exception e) when (crashing is { HasCrashed: true })
        {
            for (var cause = e; cause is not CrashException; cause = cause.InnerException!) cause.ShouldNotBeNull();
        }

        _fixture.WrapStore = null;
        return crashing!.HasCrashed;
    }

    private static CollectionReport Collect(EmbeddedVault vault) => vault.Collect(Rules, () => true).Single();

    private string[] Packs() =>
        [.. Directory.EnumerateFiles(Path.Combine(_fixture.Opened, "store/packs"), "*", SearchOption.AllDirectories)];

    private async Task ShouldOpenAsync(IVault vault, string when)
    {
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        using var opener = new FrameOpener(_fixture.Keys);
        using FrameBuffer frame = new(), plain = new();
        foreach (var id in _points.SelectMany(point => point.Graph.Ids))
        {
            (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue($"{when}: {id}");
            opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, "frame").Kind, plain);
        }

        foreach (var (_, point) in _points) (await reader.ReadPointAsync(point, default)).ShouldNotBeEmpty(when);
    }
}
