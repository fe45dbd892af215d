using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Collecting;

/// <summary>A collection that may only do little at a time still comes to its end.</summary>
public sealed class SliceTests : IDisposable
{
    private const int PagesOfSlice = 2, Enough = 60;

    private static readonly TimeSpan Week = TimeSpan.FromDays(8), Day = TimeSpan.FromHours(25);

    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _dead, _alive, _later;

    public SliceTests() => (_dead, _alive, _later) =
        (new SealedGraph(_fixture.Keys), new SealedGraph(_fixture.Keys), new SealedGraph(_fixture.Keys));

    public void Dispose()
    {
        foreach (var graph in (SealedGraph[])[_dead, _alive, _later]) graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Collect_InSlicesThatOnlySufficeToMark_RemovesWhatIsDead()
    {
        await using var vault = await WithADeadPointAsync();
        RunToTheEnd(vault);
        _fixture.Time.Move(Day);
        RunToTheEnd(vault).ShouldBe(2);
    }

    [Fact]
    public async Task Collect_InSlicesWithAPointOfMorePagesComingInBetween_ComesToAnEnd()
    {
        await using var vault = await WithADeadPointAsync();
        RunToTheEnd(vault);
        _fixture.Time.Move(Day);
        Slice(vault).IsDone.ShouldBeFalse();
        await CommitAsync(vault, _later, 3);
        RunToTheEnd(vault).ShouldBe(2);
    }

    private async Task<EmbeddedVault> WithADeadPointAsync()
    {
        await _fixture.RegisterAsync();
        var vault = await _fixture.OpenAsync();
        var dead = await CommitAsync(vault, _dead, 1);
        await CommitAsync(vault, _alive, 2);
        vault.Points.Delete(dead, TimeSpan.Zero);
        vault.Points.Purge(dead);
        _fixture.Time.Move(Week);
        return vault;
    }

    private async Task<ObjectId> CommitAsync(EmbeddedVault vault, SealedGraph graph, int sequence)
    {
        var (id, frame) = graph.AddPoint(sequence);
        var machine = (await vault.ListServersAsync(default)).Single().Id;
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await graph.PutAsync(session);
        (await session.CommitAsync(frame, VaultFixture.Facts(sequence), default)).Missing.ShouldBeEmpty();
        return id;
    }

    private static int RunToTheEnd(EmbeddedVault vault)
    {
        int removed = 0;
        for (int slice = 0; slice < Enough; slice++)
        {
            var report = Slice(vault);
            removed += report.RemovedPacks;
            if (report.IsDone) return removed;
        }
        throw new InvalidOperationException("it comes to no end");
    }

    private static CollectionReport Slice(EmbeddedVault vault)
    {
        int pages = 0;
        return vault.Collect(new CollectionRules(), () => pages++ < PagesOfSlice).Single();
    }
}
