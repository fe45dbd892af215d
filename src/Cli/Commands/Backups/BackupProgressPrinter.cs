using System.Text.Json;
using Coffer.Agent.Backups;
using Coffer.Agent.Jobs;
using Coffer.Agent.Jobs.Live;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;

namespace Coffer.Cli.Commands.Backups;

/// <summary>
/// Shows a backup as it goes: one line drawn over itself on a terminal, a line at each phase and every half minute
/// elsewhere, an object every two seconds in JSON. It goes on while the job itself has nothing to report, as when all
/// is read and packs are still on their way; that the vault is waited for, and that it answers again, is told at once.
/// </summary>
internal sealed class BackupProgressPrinter : IProgress<SourceProgress>, IDisposable
{
    /// <summary>Said when a backup is asked to end.</summary>
    public const string CancelNote = "Cancelling; what was transferred is kept.";

    private static readonly TimeSpan s_watchPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    private readonly Printer _printer;
    private readonly TimeProvider _time;
    private readonly JobSocket? _watchers;
    private readonly LineWords? _line;
    private readonly Lock _lock = new();
    private readonly TimeSpan _pause;
    private readonly long _start;
    private readonly ITimer _beat;
    private long _shown, _watched;
    private SourceProgress? _last;
    private bool _isWaiting, _wasThrottled, _isOver;

    /// <param name="watchers">Are told the same; null: nobody watches.</param>
    /// <param name="line">To the vault; null: there is none.</param>
    public BackupProgressPrinter(
        Printer printer, TimeProvider time, JobSocket? watchers = null, LineWords? line = null)
    {
        (_printer, _time, _watchers, _line) = (printer, time, watchers, line);
        _pause = printer.IsJson ? TimeSpan.FromSeconds(2)
            : printer.DrawsProgress ? TimeSpan.FromMilliseconds(200)
            : TimeSpan.FromSeconds(30);
        _start = time.GetTimestamp();
        _beat = time.CreateTimer(_ => Beat(), null, s_beat, s_beat);
    }

    public void Report(SourceProgress value)
    {
        lock (_lock)
        {
            bool isNew = value.SourceLabel != _last?.SourceLabel || value.Run.Phase != _last.Run.Phase;
            _last = value;
            Tell(value, isNew);
        }
    }

    public void Dispose()
    {
        _beat.Dispose();
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
            _printer.Progress("");
        }
    }

    private void Beat()
    {
        lock (_lock)
        {
            if (_isOver) return;
            TellWait();
            bool isFirstThrottled = _line?.IsThrottled == true && !_wasThrottled;
            _wasThrottled |= isFirstThrottled;
            if (_last is { } last) Tell(last, isFirstThrottled);
        }
    }

    private void Tell(SourceProgress value, bool isNew)
    {
        if (_isOver) return;
        if (isNew || _time.GetElapsedTime(_watched) >= s_watchPause)
        {
            _watched = _time.GetTimestamp();
            _watchers?.Tell(Text(value), json => Write(json, value));
        }

        if (!isNew && _time.GetElapsedTime(_shown) < _pause) return;
        _shown = _time.GetTimestamp();
        if (_printer.IsJson) _printer.Event("progress", json => Write(json, value));
        else if (_printer.DrawsProgress) _printer.Progress(Text(value));
        else _printer.Note(Text(value));
    }

    private void TellWait()
    {
        var wait = _line?.Wait;
        if (wait is not null == _isWaiting) return;
        _isWaiting = wait is not null;
        string reason = wait?.Reason ?? "Nothing comes from the vault.";
        _printer.Note(wait is null ? "The vault answers again."
            : $"{reason} Waiting for it; the backup gives up after"
                + $" {Words.Duration(Vaults.LongPatience)} without progress.");
        if (wait is not null)
            _printer.Event("waiting", json => json.WriteString("message"u8, reason));
        else
            _printer.Event("answering", static _ => { });
    }

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
        string tail = _line?.Tail() ?? "";
        var run = value.Run;
        bool isDrained = run.Phase == BackupPhase.Verifying && _line is { IsBusy: true };
        if (run.Phase != BackupPhase.Transferring && !isDrained)
            return $"{value.SourceLabel}: {WordOf(run.Phase)}{tail}";
        string done = $"{value.SourceLabel}: {Words.Count(run.Files, "file")}, {Words.Size(run.Bytes)}";
        if (isDrained) return $"{done}, all read{_line!.Sent()}{tail}";
        var elapsed = _time.GetElapsedTime(_start);
        string rate = elapsed > TimeSpan.FromSeconds(1)
            ? $", {Words.Size((long)(run.Bytes / elapsed.TotalSeconds))}/s" : "";
        string left = run.ExpectedBytes > run.Bytes && run.Bytes > 0
            ? $", {Words.Duration(elapsed * ((double)(run.ExpectedBytes - run.Bytes) / run.Bytes))} left" : "";
        return $"{done}{rate}{left}, {Words.Size(run.NewBytes)} new, {Words.Size(run.StoredBytes)} stored"
            + (_line?.Sent() ?? "") + tail;
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
        _line?.Write(json);
    }
}
