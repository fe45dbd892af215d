using System.Text.Json;
using Coffer.Agent.Backups;
using Coffer.Agent.Jobs;
using Coffer.Agent.Jobs.Live;
using Coffer.Cli.Output;
using Coffer.Contracts.Http.Throttling;

namespace Coffer.Cli.Commands.Backups;

/// <summary>
/// Shows a backup as it goes: one line drawn over itself on a terminal, a line at each phase and every half minute
/// elsewhere, an object every two seconds in JSON.
/// </summary>
/// <param name="watchers">Are told the same; null: nobody watches.</param>
/// <param name="throttle">What may hold it back; null: nothing does.</param>
internal sealed class BackupProgressPrinter(
    Printer printer, TimeProvider time, JobSocket? watchers = null, LineThrottle? throttle = null)
    : IProgress<SourceProgress>, IDisposable
{
    /// <summary>Said when a backup is asked to end.</summary>
    public const string CancelNote = "Cancelling; what was transferred is kept.";

    private static readonly TimeSpan s_watchPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly TimeSpan _pause = printer.IsJson ? TimeSpan.FromSeconds(2)
        : printer.DrawsProgress ? TimeSpan.FromMilliseconds(200)
        : TimeSpan.FromSeconds(30);

    private readonly long _start = time.GetTimestamp();
    private long _shown, _watched;
    private string _source = "";
    private BackupPhase _phase;

    public void Report(SourceProgress value)
    {
        lock (_lock)
        {
            bool isNew = value.SourceLabel != _source || value.Run.Phase != _phase;
            (_source, _phase) = (value.SourceLabel, value.Run.Phase);
            if (isNew || time.GetElapsedTime(_watched) >= s_watchPause) Watch(value);
            if (!isNew && time.GetElapsedTime(_shown) < _pause) return;
            _shown = time.GetTimestamp();
            if (printer.IsJson) printer.Event("progress", json => Write(json, value));
            else if (printer.DrawsProgress) printer.Progress(Text(value));
            else printer.Note(Text(value));
        }
    }

    public void Dispose() => printer.Progress("");

    internal static string WordOf(BackupPhase phase) => phase switch
    {
        BackupPhase.Initializing => "initializing",
        BackupPhase.TakingSnapshot => "taking a snapshot",
        BackupPhase.Transferring => "reading and transferring",
        BackupPhase.Verifying => "verifying",
        BackupPhase.HookBefore => "running the hook before the backup",
        BackupPhase.HookAfter => "running the hook after the backup",
        _ => "completed",
    };

    private string Text(SourceProgress value)
    {
        var run = value.Run;
        if (run.Phase != BackupPhase.Transferring) return $"{value.SourceLabel}: {WordOf(run.Phase)}";
        var elapsed = time.GetElapsedTime(_start);
        string rate = elapsed > TimeSpan.FromSeconds(1)
            ? $", {Words.Size((long)(run.Bytes / elapsed.TotalSeconds))}/s" : "";
        string left = run.ExpectedBytes > run.Bytes && run.Bytes > 0
            ? $", {Words.Duration(elapsed * ((double)(run.ExpectedBytes - run.Bytes) / run.Bytes))} left" : "";
        return $"{value.SourceLabel}: {Words.Count(run.Files, "file")}, {Words.Size(run.Bytes)}{rate}{left}, "
            + $"{Words.Size(run.NewBytes)} new, {Words.Size(run.StoredBytes)} stored"
            + (throttle?.Holding is { } held ? $", throttled to {held}" : "");
    }

    private void Watch(SourceProgress value)
    {
        _watched = time.GetTimestamp();
        watchers?.Tell(Text(value), json => Write(json, value));
    }

    private void Write(Utf8JsonWriter json, SourceProgress value)
    {
        json.WriteString("source"u8, value.SourceLabel);
        json.WriteString("phase"u8, WordOf(value.Run.Phase));
        json.WriteNumber("files"u8, value.Run.Files);
        json.WriteNumber("bytes"u8, value.Run.Bytes);
        json.WriteNumber("bytesRead"u8, value.Run.BytesRead);
        json.WriteNumber("newBytes"u8, value.Run.NewBytes);
        json.WriteNumber("storedBytes"u8, value.Run.StoredBytes);
        json.WriteNumber("expectedFiles"u8, value.Run.ExpectedFiles);
        json.WriteNumber("expectedBytes"u8, value.Run.ExpectedBytes);
        if (throttle?.Holding is { } rate) json.WriteNumber("throttledTo"u8, rate.BitsPerSecond);
    }
}
