using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Collecting;

/// <summary>
/// The vault cannot open frames, so a client with a key may send pages of any id that refer to anything: to themselves,
/// to each other. What walks them ends, and they never become a point.
/// </summary>
public sealed class HostileGraphTests : IDisposable
{
    private readonly VaultFixture _fixture = new();
    private readonly FrameSealer _sealer;

    public HostileGraphTests() => _sealer = new FrameSealer(_fixture.Keys);

    public void Dispose()
    {
        _sealer.Dispose();
        _fixture.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public async Task Commit_OfPagesInACircle_IsRefused(int first, int second)
    {
        var machine = await _fixture.RegisterAsync();
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await PutAsync(session, Circle(first, second));
        var fault = await Should.ThrowAsync<FaultException>(() => session.CommitAsync(
            Frame(NodeKind.Point, IdOf(4), IdOf(first), IdOf(second)), VaultFixture.Facts(1), default));
        fault.Fault.Code.ShouldBe("vault.point-refused");
        (await vault.ListPointsAsync(new PointFilter(), default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_PagesInACircleThatNobodyCommitted_EndsAndInTheEndTheyGo()
    {
        var machine = await _fixture.RegisterAsync();
        await using var vault = await _fixture.OpenAsync();
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
            await PutAsync(session, Circle(1, 2));
        Collect(vault).ShouldBe((2, 0)); // young
        _fixture.Time.Move(TimeSpan.FromDays(8));
        Collect(vault).ShouldBe((0, 2));
    }

    [Fact]
    public async Task Collect_TheSameIdWithOtherReferences_KeepsWhatEitherRefersTo()
    {
        var machine = await _fixture.RegisterAsync();
        await using var vault = await _fixture.OpenAsync();
        ObjectId page = IdOf(1), first = IdOf(2), second = IdOf(3), end = IdOf(5);
        await using (var session = await vault.OpenSessionAsync(_fixture.Session(machine), default))
        {
            await PutAsync(
                session, Frame(NodeKind.TreePage, page, first), Frame(NodeKind.TreePage, first, end),
                Frame(NodeKind.TreePage, second, end), Frame(NodeKind.ChangePage, end));
            await PutAsync(session, Frame(NodeKind.TreePage, page, second));
            (await session.CommitAsync(Frame(NodeKind.Point, IdOf(4), page, page), VaultFixture.Facts(1), default))
                .Missing.ShouldBeEmpty();
        }

        _fixture.Time.Move(TimeSpan.FromDays(8));
        Collect(vault).ShouldBe((4, 0));
    }

    private static (long Alive, long Condemned) Collect(EmbeddedVault vault)
    {
        var report = vault.Collect(new CollectionRules(), () => true).Single();
        report.Stopped.ShouldBeNull();
        return (report.Alive, report.Condemned);
    }

    private byte[][] Circle(int first, int second) => first == second
        ? [Frame(NodeKind.TreePage, IdOf(first), IdOf(first))]
        : [Frame(NodeKind.TreePage, IdOf(first), IdOf(second)), Frame(NodeKind.TreePage, IdOf(second), IdOf(first))];

    private static ObjectId IdOf(int number)
    {
        Span<byte> bytes = stackalloc byte[ObjectId.Size];
        bytes.Fill((byte)number);
        return new ObjectId(bytes);
    }

    // Under an id that is not that of its bytes.
    private byte[] Frame(NodeKind kind, ObjectId id, params ObjectId[] references)
    {
        using var frame = new FrameBuffer();
        _sealer.Seal(kind, id, references, [1, 2, 3], frame);
        return frame.Span.ToArray();
    }

    private static async Task PutAsync(IBackupSession session, params byte[][] frames)
    {
        using var pack = session.BeginPack(PackClass.Metadata);
        foreach (byte[] frame in frames) pack.Append(frame);
        await pack.CompleteAsync(default);
    }
}
