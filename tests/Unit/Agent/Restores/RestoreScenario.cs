using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Agent.Restores;
using Coffer.Domain;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Restores;

/// <summary>A scripted point and an empty folder to restore it to.</summary>
internal sealed class RestoreScenario : IAsyncDisposable
{
    public RestoreScenario(string mountPath = "/")
    {
        Tree = new ScriptedTree(Frames) { MountPath = mountPath };
        Pages = new PageReader(Frames, Frames.Keys);
    }

    public MemoryFrames Frames { get; } = new();

    public ScriptedTree Tree { get; }

    public PageReader Pages { get; }

    public TempFolder Folder { get; } = new();

    public CancellationTokenSource Cancel { get; } = new();

    public string To => Folder.At("to");

    public async Task<RestoreResult> RestoreAsync(
        string path = "/", Func<RestoreRequest, RestoreRequest>? with = null, ObjectId? point = null,
        IProgress<RestoreProgress>? progress = null, TimeProvider? time = null)
    {
        var cancellationToken = Cancel.Token;
        var browser = await PointBrowser.OpenAsync(Pages, point ?? Tree.Commit(), cancellationToken);
        var request = new RestoreRequest
        {
            Points = new PointTree([browser]),
            Paths = [Encoding.UTF8.GetBytes(path)],
            TargetFolder = Encoding.UTF8.GetBytes(To),
        };
        return await new RestoreRun(with?.Invoke(request) ?? request, time ?? new UtcTime())
            .RunAsync(progress, cancellationToken);
    }

    public string Read(string relative) => File.ReadAllText(Path.Combine(To, relative));

    public string[] Names(string relative = "") =>
        [.. Directory.EnumerateFileSystemEntries(Path.Combine(To, relative)).Select(p => Path.GetFileName(p)!)
            .Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        Cancel.Dispose();
        Pages.Dispose();
        await Frames.DisposeAsync();
        Folder.Dispose();
    }

    private sealed class UtcTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
