using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Format.Frames;
using Coffer.Format.Policies;
using Coffer.Format.Points;
using Coffer.Unit.Vault;

namespace Coffer.Service.Contract;

/// <summary>A served vault does for a machine what an embedded one does.</summary>
public sealed class RemoteVaultTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Commit_APoint_IsListedAndReadBackByteForByte()
    {
        var machine = await service.RegisterAsync("lists");
        using var graph = new SealedGraph(machine.Keys);
        var (point, frame) = graph.AddPoint(1);
        (await CommitAsync(machine, graph, frame, 1)).Missing.ShouldBeEmpty();

        var listed = (await machine.Vault.ListPointsAsync(new PointFilter(machine.Id), default)).Single();
        (listed.Id, listed.Sequence, listed.Machine).ShouldBe((point, 1, machine.Id));
        await using var reader = await machine.Vault.OpenReaderAsync(machine.Keys.Keyspace, default);
        (await reader.ReadPointAsync(point, default)).ShouldBe(frame);
        using var buffer = new FrameBuffer();
        foreach (var id in graph.Ids)
        {
            (await reader.ReadAsync(id, 0, buffer, default)).ShouldBeTrue();
            FrameHeader.ParseWhole(buffer.Span, "frame").Id.ShouldBe(id);
            (await reader.LookAsync(id, 0, default)).ShouldBeTrue();
            (await reader.ReadAsync(id, 1, buffer, default)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Have_BeforeAndAfterAPack_SaysWhatIsThere()
    {
        var machine = await service.RegisterAsync("has");
        using var graph = new SealedGraph(machine.Keys);
        graph.AddPoint(2);
        await using var session = await OpenAsync(machine);
        (await HaveAsync(session, graph.Ids)).ShouldAllBe(present => !present);
        await graph.PutAsync(session);
        (await HaveAsync(session, graph.Ids)).ShouldAllBe(present => present);
    }

    [Fact]
    public async Task Commit_WithSomethingAbsent_NamesItAndTakesThePointOnceItIsThere()
    {
        var machine = await service.RegisterAsync("misses");
        using var graph = new SealedGraph(machine.Keys);
        var (_, frame) = graph.AddPoint(3);
        var withheld = graph.Ids.First();
        await using var session = await OpenAsync(machine);
        await graph.PutAsync(session, id => id != withheld);
        var refused = await session.CommitAsync(frame, Facts(1), default);
        (refused.Point, refused.Missing).ShouldSatisfyAllConditions(
            answer => answer.Point.ShouldBeNull(), answer => answer.Missing.ShouldBe([withheld]));
        await graph.PutAsync(session, id => id == withheld);
        (await session.CommitAsync(frame, Facts(1), default)).Point.ShouldNotBeNull();
    }

    [Fact]
    public async Task Commit_SentTwice_IsAnsweredAsTheFirstTime()
    {
        var machine = await service.RegisterAsync("repeats");
        using var graph = new SealedGraph(machine.Keys);
        var (point, frame) = graph.AddPoint(4);
        await using var session = await OpenAsync(machine);
        await graph.PutAsync(session);
        var first = await session.CommitAsync(frame, Facts(1), default);
        var second = await session.CommitAsync(frame, Facts(1), default);
        (first.Point!.Id, second.Point!.Id).ShouldBe((point, point));
        (await machine.Vault.ListPointsAsync(new PointFilter(machine.Id), default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Checkpoint_AfterANewSession_IsItsBase()
    {
        var machine = await service.RegisterAsync("stops");
        using var graph = new SealedGraph(machine.Keys);
        var (checkpoint, frame) = graph.AddPoint(5, kind: NodeKind.Checkpoint);
        await using (var session = await OpenAsync(machine))
        {
            await graph.PutAsync(session);
            (await session.StoreCheckpointAsync(frame, Facts(1), default)).ShouldBeTrue();
        }
        await using var next = await OpenAsync(machine);
        next.Opening.Checkpoint.ShouldBe(checkpoint);
        await using var reader = await machine.Vault.OpenReaderAsync(machine.Keys.Keyspace, default);
        (await reader.ReadPointAsync(checkpoint, default)).ShouldBe(frame);
    }

    [Fact]
    public async Task Session_OpenedAnewForTheSource_EndsTheOneBefore()
    {
        var machine = await service.RegisterAsync("restarts");
        using var graph = new SealedGraph(machine.Keys);
        var (_, frame) = graph.AddPoint(6);
        await using var old = await OpenAsync(machine);
        await using var session = await OpenAsync(machine);
        await graph.PutAsync(session);
        var fault = await Should.ThrowAsync<FaultException>(() => old.CommitAsync(frame, Facts(1), default));
        fault.Fault.Code.ShouldBe("vault.replaced");
        (await session.CommitAsync(frame, Facts(1), default)).Point.ShouldNotBeNull();
    }

    [Fact]
    public async Task Vault_StartedAnewDuringASession_GoesOnInAnother()
    {
        await using var own = new ServiceFixture(); // as this one is ended
        await own.InitializeAsync();
        var machine = await own.RegisterAsync("waits");
        using var graph = new SealedGraph(machine.Keys);
        var (_, frame) = graph.AddPoint(7);
        var session = await OpenAsync(machine);
        await graph.PutAsync(session); // on their way, or there already
        await own.RestartAsync();
        (await session.CommitAsync(frame, Facts(1), default)).Point.ShouldNotBeNull();
        (await HaveAsync(session, graph.Ids)).ShouldAllBe(present => present);
        await session.DisposeAsync();
    }

    [Fact]
    public async Task Policy_Stored_IsReadBack()
    {
        var machine = await service.RegisterAsync("rules");
        (await machine.Vault.ReadPolicyAsync(machine.Id, default)).ShouldBeNull();
        byte[] policy = PolicyCodec.Encode(ProtectionPolicy.Empty("UTC") with { Version = 1 });
        await machine.Vault.StorePolicyAsync(machine.Id, 1, policy, default);
        (await machine.Vault.ReadPolicyAsync(machine.Id, default))!.Json.ShouldBe(policy);
    }

    [Fact]
    public async Task Job_Reported_IsListedWithItsFindings()
    {
        var machine = await service.RegisterAsync("works");
        var start = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var report = new JobReport(
            JobId.New(), machine.Id, JobOperation.Backup, JobState.CompletedWithWarnings, "/data", start,
            start.AddMinutes(1), [new JobFact("files", 3)],
            [new JobFinding("file.unreadable", "/data/x", "permission denied")], 1);
        await machine.Vault.ReportJobAsync(report, default);
        var listed = (await machine.Vault.ListJobsAsync(machine.Id, 10, default)).Single();
        (listed.Id, listed.State, listed.StartedAt).ShouldBe((report.Id, report.State, start));
        listed.Findings.ShouldBe(report.Findings);
        listed.Facts.ShouldBe(report.Facts);
    }

    [Fact]
    public async Task Envelopes_OfTheMachine_AreThoseItRegisteredWith()
    {
        var machine = await service.RegisterAsync("seals");
        (await machine.Vault.ReadEnvelopesAsync(machine.Keys.Keyspace, default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Register_SentAgain_IsAnsweredWithTheSameServer()
    {
        await using var machine = new ServedMachine("again", Path.Combine(service.Root, "again"));
        byte[] secret = service.Host.Vaults[0].MakeCredentials().Secret;
        await machine.RegisterAsync(service.Address, secret);
        var first = machine.Id;
        await machine.RegisterAsync(service.Address, secret);
        machine.Id.ShouldBe(first);
    }

    private static async Task<CommitAnswer> CommitAsync(
        ServedMachine machine, SealedGraph graph, byte[] frame, long sequence)
    {
        await using var session = await OpenAsync(machine);
        await graph.PutAsync(session);
        return await session.CommitAsync(frame, Facts(sequence), default);
    }

    private static Task<IBackupSession> OpenAsync(ServedMachine machine) => machine.Vault.OpenSessionAsync(
        new SessionRequest(machine.Id, machine.Source, "volume", "/data", JobId.New()), default);

    private static async Task<bool[]> HaveAsync(IBackupSession session, IEnumerable<ObjectId> ids)
    {
        ObjectId[] asked = [.. ids];
        var present = new bool[asked.Length];
        await session.HaveAsync(asked, present, default);
        return present;
    }

    private static CommitFacts Facts(long sequence) => new(
        sequence, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), new PointStatistics { Files = sequence });
}
