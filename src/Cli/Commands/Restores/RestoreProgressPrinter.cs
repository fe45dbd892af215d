using Coffer.Agent.Restores;
using Coffer.Agent.Verifying;
using Coffer.Cli.Output;

namespace Coffer.Cli.Commands.Restores;

/// <summary>Shows a restore or a verification as it goes, as often as somebody can read it.</summary>
internal sealed class RestoreProgressPrinter(Printer printer, TimeProvider time)
    : IProgress<RestoreProgress>, IProgress<VerifyProgress>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _pause = printer.IsJson ? TimeSpan.FromSeconds(2)
        : printer.DrawsProgress ? TimeSpan.FromMilliseconds(200)
        : TimeSpan.FromSeconds(30);

    private long _shown = time.GetTimestamp();

    public void Report(RestoreProgress value) => Show(
        $"{Words.Count(value.Files)} of {Words.Count(value.TotalFiles, "file")},"
            + $" {Words.Size(value.Bytes)} of {Words.Size(value.TotalBytes)}",
        json =>
        {
            json.WriteNumber("files"u8, value.Files);
            json.WriteNumber("bytes"u8, value.Bytes);
            json.WriteNumber("totalFiles"u8, value.TotalFiles);
            json.WriteNumber("totalBytes"u8, value.TotalBytes);
        });

    public void Report(VerifyProgress value) => Show(
        $"{Words.Count(value.Pages, "page")}, {Words.Count(value.Chunks)} of {Words.Count(value.TotalChunks, "chunk")},"
            + $" {Words.Size(value.Bytes)}",
        json =>
        {
            json.WriteNumber("pages"u8, value.Pages);
            json.WriteNumber("chunks"u8, value.Chunks);
            json.WriteNumber("bytes"u8, value.Bytes);
            json.WriteNumber("totalChunks"u8, value.TotalChunks);
        });

    public void Dispose() => printer.Progress("");

    private void Show(string text, Action<System.Text.Json.Utf8JsonWriter> fields)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_shown) < _pause) return;
            _shown = time.GetTimestamp();
            if (printer.IsJson) printer.Event("progress", fields);
            else if (printer.DrawsProgress) printer.Progress(text);
            else printer.Note(text);
        }
    }
}
