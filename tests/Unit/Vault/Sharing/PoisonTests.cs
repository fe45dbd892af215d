using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Frames;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Sharing;

/// <summary>What a member can do to the others by what it sends: the vault cannot tell whether that is sound.</summary>
public sealed class PoisonTests
{
    [Fact]
    public async Task Have_WhereMembersTrustEachOther_CountsWhatTheOtherSent()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.First, graph, 1);
        (await scene.HasAllAsync(scene.Second, graph.Ids)).ShouldBeTrue();
        var (_, frame) = FleetScene.PointOf(scene.Second, graph, 1);
        await using var session = await scene.SessionAsync(scene.Second); // sends nothing
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point.ShouldNotBeNull();
    }

    [Fact]
    public async Task Have_WhereTheyDoNot_CountsOwnCopiesAlone()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.First, graph, 1);
        (await scene.HasAnyAsync(scene.Second, graph.Ids)).ShouldBeFalse();
        (await scene.HasAllAsync(scene.First, graph.Ids)).ShouldBeTrue();

        using var own = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.Second, own, 1);
        (await scene.HasAllAsync(scene.Second, graph.Ids)).ShouldBeTrue();
        await scene.RestartAsync();
        (await scene.HasAllAsync(scene.Second, graph.Ids)).ShouldBeTrue();
    }

    [Fact]
    public async Task Commit_ThatNeedsWhatOnlyTheOtherSent_IsToldWhatIsMissing()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.First, graph, 1);
        await using var session = await scene.SessionAsync(scene.Second);
        var (_, frame) = FleetScene.PointOf(scene.Second, graph, 1);
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Poison_UnderTheIdOfAChunk_DoesNotHurtWhoSendsItsOwn()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var (point, frame) = graph.AddPoint(1);
        var chunk = graph.Ids.First();
        byte[] poison = graph.Frames(PackClass.Data)[0].ToArray();
        poison[^1] ^= 1;
        await using (var session = await scene.SessionAsync(scene.First))
            await FleetScene.PutAsync(session, PackClass.Data, poison);
        (await scene.HaveAsync(scene.Second, chunk)).ShouldBe([false]);
        await using (var session = await scene.SessionAsync(scene.Second))
        {
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point!.Id.ShouldBe(point);
        }

        await using var reader = await scene.Vault.Engine.OpenReaderAsync(scene.Keyspace, default);
        using FrameOpener opener = new(scene.Fixture.Keys);
        using FrameBuffer sealedFrame = new(), plain = new();
        int opened = 0;
        for (int copy = 0; await reader.ReadAsync(chunk, copy, sealedFrame, default); copy++)
        {
            try
            {
                opener.Open(sealedFrame.Span, chunk, NodeKind.Chunk, plain);
                opened++;
            }
            catch (CorruptionException)
            {
                // The poison, which is the older one: whoever reads tries the next.
            }
        }

        opened.ShouldBe(1);
    }

    [Fact]
    public async Task Lie_AboutWhatAPageRefersTo_DoesNotKeepAnotherFromCommitting()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var (_, frame) = graph.AddPoint(1);
        var header = FrameHeader.ParseWhole(frame, "the point");
        var top = new ObjectId(header.ReferencesOf(frame));
        using var sealer = new FrameSealer(scene.Fixture.Keys);
        using var lie = new FrameBuffer();
        sealer.Seal(NodeKind.TreePage, top, [top], new byte[10], lie); // refers to itself, for ever
        await using (var session = await scene.SessionAsync(scene.First))
            await FleetScene.PutAsync(session, PackClass.Metadata, lie.Span.ToArray());
        await using (var session = await scene.SessionAsync(scene.Second))
        {
            await graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point.ShouldNotBeNull();
        }

        await using var next = await scene.SessionAsync(scene.Second);
        next.Opening.LostCount.ShouldBe(0);
    }

    [Fact]
    public async Task Lie_ThatRefersToWhatNeverWas_DoesNotEndCollection()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var garbage = graph.Add(NodeKind.Chunk, [1, 2, 3]);
        await using (var session = await scene.SessionAsync(scene.Second)) await graph.PutAsync(session);
        using var used = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.Second, used, 1);
        var page = used.Frames(PackClass.Metadata).Select(frame => FrameHeader.Parse(frame, "a page"))
            .First(header => header.Kind == NodeKind.ListingPage).Id;
        using var sealer = new FrameSealer(scene.Fixture.Keys);
        using var lie = new FrameBuffer();
        sealer.Seal(NodeKind.ListingPage, page, [graph.Seal(NodeKind.Chunk, [9]).Id], new byte[10], lie);
        await using (var session = await scene.SessionAsync(scene.First))
            await FleetScene.PutAsync(session, PackClass.Metadata, lie.Span.ToArray());

        scene.Time.Move(TimeSpan.FromDays(8));
        var report = scene.Vault.Engine.Collect(new CollectionRules(), () => true).Single();
        report.Stopped.ShouldBeNull();
        scene.File.Condemned.GenerationOf(garbage).ShouldBeGreaterThan(0);
        scene.File.Condemned.GenerationOf(page).ShouldBe(0);
    }

    /// <summary>
    /// The first has all; the second sends the pages alone. That the first's commit found all below them whole says
    /// nothing of the second's copies.
    /// </summary>
    [Fact]
    public async Task Page_WholeForOne_IsNotForAnotherWhoLacksWhatIsBelow()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: false);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        var (_, frame) = graph.AddPoint(1);
        await using (var second = await scene.SessionAsync(scene.Second))
            await FleetScene.PutAsync(second, PackClass.Metadata, [.. graph.Frames(PackClass.Metadata)]);
        await using (var first = await scene.SessionAsync(scene.First))
        {
            await graph.PutAsync(first);
            (await first.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
        }

        (await scene.HasAllAsync(scene.First, graph.Ids)).ShouldBeTrue();
        (await scene.HasAnyAsync(scene.Second, graph.Ids)).ShouldBeFalse();

        // Nor once collection has put the copies of both into one pack.
        scene.Time.Move(TimeSpan.FromDays(8));
        scene.Vault.Engine.Collect(new CollectionRules { SmallPacks = 2 }, () => true);
        (await scene.HasAnyAsync(scene.Second, graph.Ids)).ShouldBeFalse();
        (await scene.HasAllAsync(scene.First, graph.Ids)).ShouldBeTrue();
    }

    [Fact]
    public async Task Distrust_VoidsWhatWasSentSince_AndTheNextBackupsSendTheirOwn()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using SealedGraph early = new(scene.Fixture.Keys), graph = new(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.Second, early, 1);
        scene.Time.Move(TimeSpan.FromHours(1));
        var since = scene.Time.GetUtcNow();
        await scene.BackUpAsync(scene.Second, graph, 2, sequence: 2);
        using var later = new SealedGraph(scene.Fixture.Keys);
        var (_, frame) = FleetScene.PointOf(scene.First, later, 2);
        await using (var session = await scene.SessionAsync(scene.First)) // builds on what the other one sent
            (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Point.ShouldNotBeNull();
        scene.Time.Move(TimeSpan.FromHours(1));
        var servers = scene.Vault.ManageAtConsole().Servers;
        FleetScene.Code(() => servers.Distrust(scene.Second, new DistrustRequest(since.AddDays(1))))
            .ShouldBe("distrust.future");
        servers.Distrust(scene.Second, new DistrustRequest(since)).DistrustedSince.ShouldBe(since);

        Func<Task>[] restarts = [() => Task.CompletedTask, () => scene.RestartAsync(), scene.RecoverAsync];
        foreach (var restart in restarts)
        {
            await restart();
            (await scene.HasAllAsync(scene.First, Chunks(early))).ShouldBeTrue();
            (await scene.HasAnyAsync(scene.First, graph.Ids)).ShouldBeFalse();
            (await scene.HasAnyAsync(scene.Second, graph.Ids)).ShouldBeFalse();
            await using var session = await scene.SessionAsync(scene.First);
            session.Opening.LostCount.ShouldBeGreaterThan(0); // the agent reads those files again
        }

        using SealedGraph anew = new(scene.Fixture.Keys), own = new(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.Second, anew, 2, sequence: 3);
        (await scene.HasAllAsync(scene.Second, graph.Ids)).ShouldBeTrue();
        (await scene.HasAnyAsync(scene.First, graph.Ids)).ShouldBeFalse();
        await scene.BackUpAsync(scene.First, own, 2, sequence: 2);
        (await scene.HasAllAsync(scene.First, graph.Ids)).ShouldBeTrue();

        using var after = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.Second, after, 3, sequence: 4);
        (await scene.HasAnyAsync(scene.First, after.Ids)).ShouldBeFalse();
        scene.Vault.ManageAtConsole().Servers.Trust(scene.Second).DistrustedSince.ShouldBeNull();
        (await scene.HasAllAsync(scene.First, Chunks(after))).ShouldBeTrue();
        scene.Audited().ShouldContain("servers.distrust");
        scene.Audited().ShouldContain("servers.trust");
    }

    /// <summary>What one found damaged, it is told as lost, whatever others have committed since.</summary>
    [Fact]
    public async Task Damage_ThatAMemberReported_IsLostToItThoughAnotherCommitted()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.First, graph, 1);
        foreach (var (machine, sequence) in ((MachineId, long)[])[(scene.Second, 1), (scene.First, 2)])
        {
            if (machine == scene.First)
            {
                await using var reader = scene.Vault.Engine.OpenReader(scene.Keyspace, scene.Second);
                await reader.ReportDamageAsync(Chunks(graph).First(), 0, "it does not open", default);
            }

            var (_, frame) = FleetScene.PointOf(machine, graph, 1, sequence);
            await using var session = await scene.SessionAsync(machine);
            (await session.CommitAsync(frame, VaultFixture.Facts(sequence), default)).Point.ShouldNotBeNull();
        }

        await using var next = await scene.SessionAsync(scene.Second);
        next.Opening.LostCount.ShouldBe(1);
        (await scene.HaveAsync(scene.Second, Chunks(graph).First())).ShouldBe([false]);
        (await scene.HaveAsync(scene.First, Chunks(graph).First())).ShouldBe([true]);
    }

    [Fact]
    public async Task Quota_OfAMember_IsAboutWhatItSentItself()
    {
        await using var scene = await FleetScene.MakeAsync(trusting: true);
        using var graph = new SealedGraph(scene.Fixture.Keys);
        await scene.BackUpAsync(scene.First, graph, 1);
        scene.Vault.Quotas.Require(scene.Second, scene.Keyspace, 1);
        var servers = scene.Vault.ManageAtConsole().Servers;
        foreach (var server in (MachineId[])[scene.First, scene.Second])
            servers.SetQuota(server, new QuotaRequest(Bytes: 1000));
        FleetScene.Code(() => scene.Vault.Quotas.Require(scene.First, scene.Keyspace, 1)).ShouldBe("quota.server");
        scene.Vault.Quotas.Require(scene.Second, scene.Keyspace, 500);
        FleetScene.Code(() => scene.Vault.Quotas.Require(scene.Second, scene.Keyspace, 600)).ShouldBe("quota.server");
    }

    private static IEnumerable<ObjectId> Chunks(SealedGraph graph) =>
        graph.Frames(PackClass.Data).Select(frame => FrameHeader.Parse(frame, "a chunk").Id);
}
