using System.Text;
using Coffer.Agent.Restores;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Restores;

public sealed class ResumeTests
{
    private const int Files = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(45)]
    public async Task Run_CutOffAndGivenAgain_GoesOnWithoutCopies(int chunksBefore)
    {
        await using var scenario = Scenario();
        var point = scenario.Tree.Commit();
        int reads = 0;
        scenario.Frames.OnRead = id =>
        {
            if (IsChunk(scenario, id)
                && Interlocked.Increment(ref reads) > chunksBefore) throw new IOException("pulled the plug");
        };
        await Should.ThrowAsync<IOException>(() => RestoreAsync(scenario, point));
        scenario.Frames.OnRead = null;
        var result = await RestoreAsync(scenario, point);
        result.Findings.ShouldBeEmpty();
        result.IsResumed.ShouldBeTrue();
        (result.Copies, result.Files + result.Equal).ShouldBe((0, Files + 1));
        ShouldBeComplete(scenario);
        Directory.GetFiles(scenario.Folder.At("journal")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_PartsOfFilesWereLeftBehind_AreReplaced()
    {
        await using var scenario = Scenario();
        var point = scenario.Tree.Commit();
        scenario.Frames.OnRead = id =>
        {
            if (IsChunk(scenario, id)) throw new IOException("pulled the plug");
        };
        await Should.ThrowAsync<IOException>(() => RestoreAsync(scenario, point));
        scenario.Frames.OnRead = null;
        Directory.CreateDirectory(Path.Combine(scenario.To, "d0"));
        File.WriteAllText(Path.Combine(scenario.To, "d0/f000"), "cont");
        File.WriteAllBytes(Path.Combine(scenario.To, "large"), [.. "large 0"u8, .. new byte[7], .. "large 2"u8]);
        var result = await RestoreAsync(scenario, point);
        (result.Copies, result.Findings.Count).ShouldBe((0, 0));
        ShouldBeComplete(scenario);
    }

    [Fact]
    public async Task Run_SomebodysFileCameMeanwhile_IsNotReplaced()
    {
        await using var scenario = Scenario();
        var point = scenario.Tree.Commit();
        scenario.Frames.OnRead = id =>
        {
            if (IsChunk(scenario, id)) throw new IOException("pulled the plug");
        };
        await Should.ThrowAsync<IOException>(() => RestoreAsync(scenario, point));
        scenario.Frames.OnRead = null;
        Directory.CreateDirectory(Path.Combine(scenario.To, "d0"));
        File.WriteAllText(Path.Combine(scenario.To, "d0/f000"), "conX");
        (await RestoreAsync(scenario, point)).Copies.ShouldBe(1);
        scenario.Read("d0/f000").ShouldBe("conX");
        (await scenario.RestoreAsync(point: point)).IsResumed.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_BehindTheMark_ReadsNothingAgain()
    {
        await using var scenario = Scenario();
        var point = scenario.Tree.Commit();
        var chunks = scenario.Frames.Ids.Where(id => scenario.Frames.KindOf(id) == Coffer.Format.Frames.NodeKind.Chunk)
            .ToHashSet();
        // Every look at the clock is a minute later, so the journal is brought up to date after each entry.
        var hasty = new HastyTime();
        scenario.Frames.OnRead = id =>
        {
            if (chunks.Contains(id)
                && scenario.Frames.Reads.Count(chunks.Contains) >= 40) throw new IOException("pulled the plug");
        };
        await Should.ThrowAsync<IOException>(() => RestoreAsync(scenario, point, hasty));
        scenario.Frames.OnRead = null;
        int before = scenario.Frames.Reads.Count(chunks.Contains);
        var result = await RestoreAsync(scenario, point);
        (scenario.Frames.Reads.Count(chunks.Contains) - before).ShouldBeLessThan(chunks.Count - 35);
        result.Equal.ShouldBeGreaterThan(35);
        ShouldBeComplete(scenario);
    }

    [Fact]
    public async Task Run_Restarted_TakesNothingForItsOwn()
    {
        await using var scenario = Scenario();
        var point = scenario.Tree.Commit();
        scenario.Frames.OnRead = id =>
        {
            if (IsChunk(scenario, id)) throw new IOException("pulled the plug");
        };
        await Should.ThrowAsync<IOException>(() => RestoreAsync(scenario, point));
        scenario.Frames.OnRead = null;
        Directory.CreateDirectory(Path.Combine(scenario.To, "d0"));
        File.WriteAllText(Path.Combine(scenario.To, "d0/f000"), "cont");
        var result = await RestoreAsync(scenario, point, with: r => r with { IsRestart = true });
        (result.IsResumed, result.Copies).ShouldBe((false, 1));
    }

    [Fact]
    public async Task Run_Cancelled_LeavesNoHalfFile()
    {
        await using var scenario = Scenario();
        var point = scenario.Tree.Commit();
        int reads = 0;
        scenario.Frames.OnRead = _ =>
        {
            if (Interlocked.Increment(ref reads) == 64) scenario.Cancel.Cancel();
        };
        await Should.ThrowAsync<OperationCanceledException>(() => RestoreAsync(scenario, point));
        File.Exists(Path.Combine(scenario.To, "large")).ShouldBeFalse();
    }

    private static bool IsChunk(RestoreScenario scenario, ObjectId id) =>
        scenario.Frames.KindOf(id) == Coffer.Format.Frames.NodeKind.Chunk;

    private static RestoreScenario Scenario()
    {
        var scenario = new RestoreScenario();
        for (int i = 0; i < Files; i++)
        {
            if (i % 10 == 0) _ = scenario.Tree.Folder($"d{i / 10}", mode: 0x1c0, mtime: 500 + i);
            _ = scenario.Tree.File($"d{i / 10}/f{i:d3}", $"content {i}");
        }

        var extents = Enumerable.Range(0, 30).Select(i => ScriptedTree.Bytes($"large {i}"))
            .Select(text => new Coffer.Format.Listing.Extent(0, (ulong)text.Length, scenario.Frames.PutChunk(text), 0))
                .ToArray();
        _ = scenario.Tree.Add(new ScriptedEntry("large"u8.ToArray())
        {
            Fields = new Coffer.Format.Listing.EntryFields
            {
                Mode = 0x81a4,
                Size = (ulong)extents.Sum(e => (long)e.Length),
                Shape =
                    Coffer.Format.Listing.ContentShape.Extents,
            },
            Extents = extents,
        });
        Directory.CreateDirectory(scenario.Folder.At("journal"));
        return scenario;
    }

    private static Task<RestoreResult> RestoreAsync(
        RestoreScenario scenario, ObjectId point, TimeProvider? time =
            null, Func<RestoreRequest, RestoreRequest>? with = null) =>
        scenario.RestoreAsync(
            with: r => (with ?? (same => same))(r with { JournalFolder = scenario.Folder.At("journal") }),
                point: point, time: time);

    private static void ShouldBeComplete(RestoreScenario scenario)
    {
        for (int i = 0; i < Files; i++) scenario.Read($"d{i / 10}/f{i:d3}").ShouldBe($"content {i}");
        scenario.Read("large").ShouldBe(string.Concat(Enumerable.Range(0, 30).Select(i => $"large {i}")));
        for (int d = 0; d < Files / 10; d++)
        {
            Coffer.FileSystem.SystemPaths.Stat(Encoding.UTF8.GetBytes(Path.Combine(scenario.To, $"d{d}")),
                out var found)
                .IsError.ShouldBeFalse();
            (found.Mode, found.Modified.Seconds).ShouldBe((0x1c0u, 500 + (d * 10)));
        }

        scenario.Names().Length.ShouldBe((Files / 10) + 1);
    }

    private sealed class HastyTime : TimeProvider
    {
        private long _ticks;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, 60 * TimestampFrequency);
    }
}
