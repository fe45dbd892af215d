using Coffer.Agent.Backups;
using Coffer.Agent.Caching;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.Agent.Rebundling;
using Coffer.Contracts.Sessions;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;
using Coffer.Sealing.Frames;

namespace Coffer.Unit.Agent.Backups;

public sealed class ContentCaptureTests() : BackupScenario(isInMemory: true)
{
    private const int Size = 12 << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CaptureLarge_BytesGoneMeanwhile_IsShort(bool isCut)
    {
        Write("big", Size);
        var asked = new SessionRequest(Machine, Source, "volume", Data, default);
        await using var session = await Vault.OpenSessionAsync(asked, CancellationToken.None);
        await using var pipeline = new NodePipeline(session, Keys, new PipelineCounters(), CancellationToken.None);
        using var table = SortedTable<ContentRow>.Empty();
        using var capture = new ContentCapture(pipeline, session, Keys, table, BundleMoves.None);
        capture.BetweenChunks = _ =>
        {
            if (isCut) Process("truncate", "-s", "5M", Path.Combine(Data, "big"));
            return ValueTask.CompletedTask;
        };
        using var source = Open("big");
        var (error, isShort) = await capture.CaptureLargeAsync(source, Size, new FileContent(new NodeIds(Keys)));
        await pipeline.WaitUntilIdleAsync();
        error.IsError.ShouldBeFalse();
        isShort.ShouldBe(isCut);
    }

    private SourceFile Open(string name)
    {
        VolumeRoot.Open(ScriptedTree.Bytes(Data), out var root).IsError.ShouldBeFalse();
        using (root)
        {
            using var walker = new TreeWalker(root!, [ScriptedTree.Bytes(name)], new WalkOptions());
            while (walker.MoveNext() && walker.Metadata.Type != EntryType.File) { }
            walker.OpenFile(out var file).IsError.ShouldBeFalse();
            return file!;
        }
    }
}
