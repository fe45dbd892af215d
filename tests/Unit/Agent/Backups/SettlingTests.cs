using System.IO.MemoryMappedFiles;

namespace Coffer.Unit.Agent.Backups;

public sealed class SettlingTests() : BackupScenario(isInMemory: true)
{
    [Fact]
    public async Task Run_FileTouchedLatelyAndOpenForWriting_IsReadAgainNextTime()
    {
        Write("closed", 10);
        Write("open", 10);
        Time.Ahead = TimeSpan.FromSeconds(20);
        using (File.OpenWrite(Path.Combine(Data, "open")))
            (await UnsettledAsync()).ShouldBe(["open"]);
        (await UnsettledAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_FileMappedForWriting_CountsAsOpenThoughItsDescriptorIsClosed()
    {
        Write("mapped", 4096);
        Time.Ahead = TimeSpan.FromSeconds(20);
        using var map = MemoryMappedFile.CreateFromFile(Path.Combine(Data, "mapped"), FileMode.Open);
        using var view = map.CreateViewAccessor();
        (await UnsettledAsync()).ShouldBe(["mapped"]);
    }

    [Fact]
    public async Task Run_FileTouchedLongAgo_IsNotAsked()
    {
        Write("open", 10);
        Time.Ahead = TimeSpan.FromSeconds(70);
        using var open = File.OpenWrite(Path.Combine(Data, "open"));
        (await UnsettledAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_SecondNameOfAFileReadWhileUnsettled_IsReadAgainToo()
    {
        Write("a", 10);
        Process("ln", Path.Combine(Data, "a"), Path.Combine(Data, "b"));
        Time.Ahead = TimeSpan.FromSeconds(20);
        // Open while its first name is read, closed before the second one is met.
        var open = File.OpenWrite(Path.Combine(Data, "a"));
        Write("aa", 9 << 20);
        Time.Step = TimeSpan.FromSeconds(1);
        var result = await RunAsync(
            new CallbackProgress(p => { if (p.BytesRead > 10) open.Dispose(); }), CancellationToken.None);
        var entries = await EntriesAsync(result.Point!);
        entries.Where(e => e.Path is "a" or "b").ShouldAllBe(e => e.Change.IsUnsettled);
        open.Dispose();
    }

    private async Task<List<string>> UnsettledAsync()
    {
        var result = await RunAsync();
        return [.. (await EntriesAsync(result.Point!)).Where(e => e.Change.IsUnsettled).Select(e => e.Path)];
    }
}
