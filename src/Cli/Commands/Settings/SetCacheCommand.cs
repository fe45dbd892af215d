using System.CommandLine;
using Coffer.Agent.Caching.Places;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set cache DIR</c>: moves the cache folder.</summary>
internal sealed class SetCacheCommand : CofferCommand
{
    private const string Default = "default";

    private readonly Argument<string> _folder = new("DIR")
    {
        Description = $"An empty or new folder on a disk of this machine that stays; or {Default}: in the home",
    };

    public SetCacheCommand()
        : base("cache", "Move the cache folder; the old one goes after the next good backup",
            "coffer settings set cache /mnt/ssd/coffer-cache", "coffer settings set cache default") => Add(_folder);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string given = invocation.Value(_folder)!;
        if (given.Length == 0) throw FaultException.Usage("path.empty", "The folder's name is empty.", "Name one.");
        using var running = await invocation.Home.LockJobAsync(
            "move the cache", invocation.Time, invocation.Cancellation);
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var moved = Move(invocation, given == Default ? null : Path.GetFullPath(given));
        if (moved.WasAway)
            invocation.Printer.Remark("cache.not-moved", moved.Folder == moved.From
                ? $"{moved.Folder} lies on another disk than before and is used as it is there."
                : $"{moved.From} could not be reached, so the cache begins empty: the next backup reads the listing"
                    + " from the vault. No backup is lost.");
        var shown = SettingsShow.Tell(invocation, invocation.Home.ReadSettings());
        return shown with
        {
            Fields = json =>
            {
                shown.Fields!(json);
                json.WriteNumber("bytesMoved"u8, moved.BytesMoved);
            },
        };
    }

    private static CacheMoveResult Move(Invocation invocation, string? folder)
    {
        using var progress = new CacheMovePrinter(invocation.Printer, invocation.Time);
        return new CacheMove(invocation.Home, MountTable.Read(), MountPlan.Read(), progress)
            .Run(folder, invocation.Cancellation);
    }

    /// <summary>A line drawn over itself on a terminal, an object every two seconds in JSON.</summary>
    private sealed class CacheMovePrinter(Printer printer, TimeProvider time)
        : IProgress<CacheMoveProgress>, IDisposable
    {
        private readonly TimeSpan _pause = TimeSpan.FromMilliseconds(printer.IsJson ? 2000 : 200);
        private long _shown = time.GetTimestamp();

        public void Report(CacheMoveProgress value)
        {
            if (time.GetElapsedTime(_shown) < _pause) return;
            _shown = time.GetTimestamp();
            if (printer.DrawsProgress && !printer.IsJson)
                printer.Progress($"moving the cache: {Words.Size(value.BytesDone)} of {Words.Size(value.BytesTotal)}");
            printer.Event("progress", json =>
            {
                json.WriteString("phase"u8, "moving the cache");
                json.WriteNumber("bytes"u8, value.BytesDone);
                json.WriteNumber("expectedBytes"u8, value.BytesTotal);
            });
        }

        public void Dispose() => printer.Progress("");
    }
}
