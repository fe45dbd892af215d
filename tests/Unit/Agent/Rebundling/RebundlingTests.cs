using System.IO.MemoryMappedFiles;
using Coffer.Agent.Rebundling;
using Coffer.Domain;
using Coffer.Unit.Agent.Backups;

namespace Coffer.Unit.Agent.Rebundling;

/// <summary>
/// A folder whose first bundle is hardly used any more, in a source large enough that the budget covers the rest of it.
/// </summary>
public sealed class RebundlingTests() : BackupScenario(isInMemory: true)
{
    // Twenty of them are kept of more than the largest bundle holds.
    private const int FileBytes = 9_000;
    private const long KeptBytes = 20 * FileBytes;

    [Fact]
    public async Task Run_BundleHardlyUsed_IsMadeAnewOnceItIsOldEnough()
    {
        var before = await PrepareAsync();
        for (uint run = 3; run <= 1 + BundleRules.YoungRuns; run++)
        {
            (await RunAsync()).Statistics.BytesRead.ShouldBe(0, $"run {run}");
            (await PlacesAsync()).ShouldBe(before);
        }

        var moving = await RunAsync();
        moving.Findings.ShouldBeEmpty();
        moving.Statistics.BytesRead.ShouldBeInRange(KeptBytes, moving.Statistics.Bytes / 50);
        moving.Statistics.NewBytes.ShouldBeGreaterThan(KeptBytes);
        var after = await PlacesAsync();
        after.Keys.ShouldBe(before.Keys);
        after.Values.Select(p => p.Chunk).ShouldNotContain(before.Values.First().Chunk);
        after.ToDictionary(p => p.Key, p => p.Value.Hash).ShouldBe(before.ToDictionary(p => p.Key, p => p.Value.Hash));
        _ = await RunAsync();
        (await PlacesAsync()).ShouldBe(after);
    }

    [Fact]
    public async Task Run_CacheLost_ForgetsThePlanAndHowOldBundlesAre()
    {
        var before = await PrepareAsync();
        for (uint run = 3; run <= 1 + BundleRules.YoungRuns; run++) _ = await RunAsync();
        Directory.Delete(Cache, recursive: true);
        for (uint run = 0; run <= BundleRules.YoungRuns; run++)
            (await RunAsync()).Statistics.BytesRead.ShouldBe(0, $"run {run} after the loss");
        (await PlacesAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Run_CachedListingLost_MovesNothingInThatRun()
    {
        _ = await PrepareAsync();
        for (uint run = 3; run <= 1 + BundleRules.YoungRuns; run++) _ = await RunAsync();
        File.Delete(Path.Combine(Cache, "listing"));
        (await RunAsync()).Statistics.BytesRead.ShouldBe(0);
        (await RunAsync()).Statistics.BytesRead.ShouldBeGreaterThanOrEqualTo(KeptBytes);
    }

    [Fact]
    public async Task Run_FileWithSeveralNames_KeepsItsBundle()
    {
        var before = await PrepareAsync(() =>
            Process("ln", Path.Combine(Data, "a/f001"), Path.Combine(Data, "a/f001-too")));
        for (uint run = 3; run <= 3 + BundleRules.YoungRuns; run++)
            _ = await RunAsync();
        (await PlacesAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Run_BytesDifferThoughTimesDoNot_KeepsTheBackedUpOnesAndSaysSo()
    {
        var before = await PrepareAsync();
        for (uint run = 3; run <= 1 + BundleRules.YoungRuns; run++) _ = await RunAsync();
        if (!TryRewriteUnseen(Path.Combine(Data, "a/f002"))) Assert.Skip("this file system tells of mapped writes");
        var moving = await RunAsync();
        var after = await PlacesAsync();
        after["a/f002"].ShouldBe(before["a/f002"]);
        after["a/f001"].Chunk.ShouldNotBe(before["a/f001"].Chunk);
        moving.Findings.ShouldHaveSingleItem().Code.ShouldBe("file.differs");
    }

    [Fact]
    public async Task Run_Clones_AreMovedToOnePlace()
    {
        _ = await PrepareAsync(() => File.Copy(Path.Combine(Data, "a/f001"), Path.Combine(Data, "a/f001-too")));
        var before = await PlacesAsync();
        before["a/f001-too"].ShouldBe(before["a/f001"]);
        for (uint run = 3; run <= 2 + BundleRules.YoungRuns; run++) _ = await RunAsync();
        var after = await PlacesAsync();
        after["a/f001"].ShouldNotBe(before["a/f001"]);
        after["a/f001-too"].ShouldBe(after["a/f001"]);
    }

    /// <summary>Two runs: the whole folder with a lot beside it, then the folder with a fifth of its files.</summary>
    private async Task<Dictionary<string, Place>> PrepareAsync(Action? change = null)
    {
        for (int i = 0; i < 220; i++) Write($"a/f{i:d3}", FileBytes);
        for (int i = 0; i < 160; i++) Write($"b/f{i:d3}", 200_000);
        Age();
        _ = await RunAsync();
        for (int i = 20; i < 220; i++) File.Delete(Path.Combine(Data, $"a/f{i:d3}"));
        change?.Invoke();
        _ = await RunAsync();
        return await PlacesAsync();
    }

    private async Task<Dictionary<string, Place>> PlacesAsync() =>
        (await EntriesAsync(Vault.Committed[^1])).Where(e => e.Path.StartsWith("a/f", StringComparison.Ordinal))
            .ToDictionary(
                e => e.Path, e => new Place(e.Fields.Content, e.Fields.ContentOffset, e.Fields.ContentHash));

    /// <summary>tmpfs does not touch a file's times when it is written through a mapping.</summary>
    private static bool TryRewriteUnseen(string path)
    {
        var before = File.GetLastWriteTimeUtc(path);
        using (var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open))
        using (var view = map.CreateViewAccessor())
        {
            view.Write(100, (byte)(view.ReadByte(100) ^ 1));
        }

        return File.GetLastWriteTimeUtc(path) == before;
    }

    private sealed record Place(ObjectId Chunk, uint Offset, Id128 Hash);
}
