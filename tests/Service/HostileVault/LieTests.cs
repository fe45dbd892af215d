using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Coffer.Agent.Backups;
using Coffer.Agent.Browsing;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault;

/// <summary>Lies that are made with care, one each.</summary>
public sealed class LieTests(VictimFixture machines) : IClassFixture<VictimFixture>
{
    [Fact]
    public async Task Session_OfAnotherKeyspace_IsNotTaken() => await RefusedAsync(
        "session of another keyspace", "POST */sessions", json => json["keyspace"] = OtherKeyspace());

    [Fact]
    public async Task Session_OfAnotherVault_IsNotTaken() => await RefusedAsync(
        "session of another vault", "POST */sessions", json => json["opening"]!["vault"] = VaultId.New().ToString());

    [Fact]
    public async Task Session_WithAnEnvelopeThatTheVaultMade_IsNotTaken()
    {
        using var forged = KeyspaceKeys.New();
        byte[] envelope = EnvelopeSealer.Create(
            forged, "a passphrase of somebody else", 2, Argon2Parameters.Default).Bytes.ToArray();
        await RefusedAsync("session with an envelope", "POST */sessions", json =>
            json["envelopes"]!.AsArray().Add(JsonValue.Create(Convert.ToBase64String(envelope))));
    }

    [Fact]
    public async Task Commit_AnsweredWithAnotherPoint_IsNoBackup()
    {
        var victim = machines.Machine.Fresh();
        var (handler, time) = Liar("POST */sessions/*/commit", Lie.Body("another point", scene => Changed(
            scene, json => json["point"]!["id"] = new string('7', 64))));
        await using var vault = victim.Open(handler, time);
        var result = await victim.BackUpAsync(vault);
        (result.Report.State, result.Sources[0].Problem!.Code).ShouldBe((JobState.Failed, "vault.answers-nonsense"));
        victim.Home.ReadLastPoints().ShouldBeEmpty();
    }

    [Fact]
    public async Task Have_AnsweredWithYesForEver_MakesNoPointOfWhatIsNotThere()
    {
        var victim = machines.Machine.Fresh();
        await using (var first = victim.Open()) await victim.BackUpAsync(first);
        var fresh = machines.Machine.Fresh();
        var (handler, time) = Liar("POST */sessions/*/have", Lie.Body("yes", scene =>
            [.. Enumerable.Repeat((byte)0xff, scene.Answer.Body.Length)]));
        await using var vault = fresh.Open(handler, time);
        var result = await fresh.BackUpAsync(vault);
        handler.Lies.ShouldBeGreaterThan(0);
        if (result.Report.State is JobState.Failed) return;
        string target = Path.Combine(fresh.Folder, "back");
        await fresh.RestoreAsync(vault, target);
        VictimTree.Look(Path.Combine(target, "data")).ShouldBe(fresh.Data.Look());
    }

    [Fact]
    public async Task List_WithAPointOfAnotherServer_IsRefused()
    {
        var victim = await BackedUpAsync();
        var (handler, time) = Liar("GET */points", Lie.Body("another's", scene => ChangedList(
            scene, list => list[0]!["machine"] = MachineId.New().ToString())));
        await using var vault = victim.Open(handler, time);
        (await FaultAsync(() => vault.ListPointsAsync(victim.Points, default))).ShouldBe("vault.answer");
    }

    [Fact]
    public async Task Point_ListedUnderANewerNumber_IsRefusedWhenItIsOpened()
    {
        var victim = await BackedUpAsync();
        string source = victim.Home.ReadSources()[0].Id.ToString();
        var (handler, time) = Liar("GET */points", Lie.Body("relabelled", scene => ChangedList(
            scene, list => list.First(point => point!["source"]!.GetValue<string>() == source)!["sequence"] = 99)));
        await using var vault = victim.Open(handler, time);
        await using var reader = await vault.OpenReaderAsync(victim.Keys.Keyspace, default);
        using var pages = new PageReader(reader, victim.Keys);
        (await FaultAsync(() => victim.TreeAsync(vault, pages))).ShouldBe("point.mismatch");
    }

    [Fact]
    public async Task Point_InThePlaceOfAnother_DoesNotOpen()
    {
        var victim = await BackedUpAsync();
        IReadOnlyList<PointDescription> points;
        byte[] older;
        await using (var honest = victim.Open())
        {
            points = await honest.ListPointsAsync(victim.Points, default);
            await using var frames = await honest.OpenReaderAsync(victim.Keys.Keyspace, default);
            older = await frames.ReadPointAsync(points[0].Id, default);
        }
        var (handler, time) = Liar("GET */readers/*/points/*", Lie.Body("the older", _ => older));
        await using var vault = victim.Open(handler, time);
        await using var reader = await vault.OpenReaderAsync(victim.Keys.Keyspace, default);
        using var pages = new PageReader(reader, victim.Keys);
        await Should.ThrowAsync<CorruptionException>(() => PointBrowser.OpenAsync(pages, points[1], default));
    }

    [Theory]
    [InlineData(1 << 30, 3)] // 1 TiB
    [InlineData(64 << 10, 1_000_000)]
    [InlineData(8, 1)]
    [InlineData(-1, -1)]
    public async Task Passphrase_WithACostThatNoEnvelopeHas_IsNotTried(int memoryKib, int passes)
    {
        var victim = await BackedUpAsync();
        var (handler, time) = Liar("POST */grants/locks", Lie.Body("another cost", scene => Changed(scene, json =>
        {
            json["memoryKib"] = memoryKib;
            json["passes"] = passes;
        })));
        var opening = () => Agent.Registration.GrantOpening.OpenAsync(
            new Contracts.Http.RemoteVaultOptions
            {
                Service = machines.Service.Address,
                Between = handler.Over,
                Time = time,
            },
            machines.Service.Host.Vaults[0].MakeCredentials().Secret, victim.Machine.Id.ToString(), Victim.Passphrase,
            TimeSpan.FromMinutes(1), default);
        await Should.ThrowAsync<CorruptionException>(opening);
    }

    [Fact]
    public async Task Upload_ThatIsStuckWhileReportsGetThrough_IsGivenUpAfterHalfAnHour()
    {
        var victim = machines.Machine.Fresh();
        await using var reporting = victim.Open();
        Contracts.Http.RemoteVault? vault = null;
        var time = new JumpingTime();
        var job = new JobReport(
            JobId.New(), victim.Machine.Id, JobOperation.Backup, JobState.InProgress, "/", DateTimeOffset.UnixEpoch,
            null, [], [], 0);
        var stuck = new Lie("busy", async (_, cancel) =>
        {
            await vault!.ReportJobAsync(job, cancel);
            return LyingHandler.Of(HttpStatusCode.ServiceUnavailable, null, []);
        });
        vault = victim.Open(new LyingHandler(
            time, answer => answer.Route == "PUT */sessions/*/packs/*" ? stuck : null, new Random(1)), time);
        var result = await victim.BackUpAsync(vault).WaitAsync(TimeSpan.FromMinutes(1));
        await vault.DisposeAsync();
        result.Report.State.ShouldBe(JobState.Failed);
        // Twice where the second pack is begun when the first is given up: its pauses pass at once.
        time.Ahead.ShouldBeInRange(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(75));
    }

    [Fact]
    public async Task Token_ThatRanOutInTheMiddle_IsAskedForAnew()
    {
        var victim = machines.Machine.Fresh();
        var time = new JumpingTime();
        // Once for each kind of request: twice in a row says that the new token is not valid either.
        var expired = new ConcurrentDictionary<string, bool>();
        var handler = new LyingHandler(
            time,
            answer => !answer.Route.Contains("tokens") && expired.TryAdd(answer.Route, true) ? s_expired : null,
            new Random(1));
        (await victim.BackUpAsync(handler, time)).ShouldBe(JobState.Completed);
        expired.Count.ShouldBeGreaterThan(4);
        await using var honest = victim.Open();
        string target = Path.Combine(victim.Folder, "back");
        await victim.RestoreAsync(honest, target);
        VictimTree.Look(Path.Combine(target, "data")).ShouldBe(victim.Data.Look());
    }

    private static readonly Lie s_expired = Lies.Refusal(Problem.TokenInvalid, HttpStatusCode.Unauthorized);

    private static string OtherKeyspace()
    {
        using var other = KeyspaceKeys.New();
        return other.Keyspace.ToString();
    }

    private async Task RefusedAsync(string name, string route, Action<JsonNode> change)
    {
        var victim = machines.Machine.Fresh();
        var (handler, time) = Liar(route, Lie.Body(name, scene => Changed(scene, change)));
        await using var vault = victim.Open(handler, time);
        var result = await victim.BackUpAsync(vault);
        (result.Report.State, result.Sources[0].Problem!.Code).ShouldBe((JobState.Failed, "vault.answer"));
        handler.Heard.ShouldNotContain(answer => answer.Route.Contains("packs"));
    }

    private async Task<Victim> BackedUpAsync()
    {
        var victim = machines.Machine.Fresh();
        await using var vault = victim.Open();
        await victim.BackUpAsync(vault);
        await victim.BackUpAsync(vault);
        return victim;
    }

    private static (LyingHandler Handler, JumpingTime Time) Liar(string route, Lie lie)
    {
        var time = new JumpingTime();
        return (new LyingHandler(time, answer => answer.Route == route ? lie : null, new Random(1)), time);
    }

    private static byte[] Changed(LieScene scene, Action<JsonNode> change)
    {
        byte[] body = scene.Answer.Body;
        bool isPlain = scene.Answer.IsJson;
        int length = isPlain ? body.Length : BitConverter.ToInt32(body);
        var json = JsonNode.Parse(isPlain ? body : body[4..(4 + length)])!;
        change(json);
        byte[] changed = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(json);
        return isPlain ? changed : [.. BitConverter.GetBytes(changed.Length), .. changed, .. body[(4 + length)..]];
    }

    private static byte[] ChangedList(LieScene scene, Action<JsonArray> change) =>
        Changed(scene, json => change(json.AsArray()));

    private static async Task<string> FaultAsync(Func<Task> act) =>
        (await Should.ThrowAsync<FaultException>(act)).Fault.Code;
}
