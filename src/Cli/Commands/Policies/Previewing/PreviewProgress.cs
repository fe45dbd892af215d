using Coffer.Agent.Policies.Previewing;
using Coffer.Cli.Output;

namespace Coffer.Cli.Commands.Policies.Previewing;

/// <summary>How far a walk has come: a line drawn over itself at a terminal, an object every 2 s in JSON.</summary>
internal sealed class PreviewProgress(Printer printer, TimeProvider time) : IProgress<SelectionProgress>, IDisposable
{
    private readonly TimeSpan _pause = TimeSpan.FromMilliseconds(printer.IsJson ? 2000 : 200);
    private long _shown = time.GetTimestamp();

    public void Report(SelectionProgress value)
    {
        if (time.GetElapsedTime(_shown) < _pause) return;
        _shown = time.GetTimestamp();
        if (printer.DrawsProgress && !printer.IsJson)
            printer.Progress(
                $"{value.SourceLabel}: {Words.Count(value.Files, "file")}, {Words.Size(value.Bytes)}");
        printer.Event("progress", json =>
        {
            json.WriteString("source"u8, value.SourceLabel);
            json.WriteNumber("files"u8, value.Files);
            json.WriteNumber("bytes"u8, value.Bytes);
        });
    }

    public void Dispose() => printer.Progress("");
}
