using Coffer.Cli.Output;
using Coffer.Vault.Checking;
using Coffer.Vault.Recovering;
using Coffer.Vault.Scrubbing;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>Shows work on a vault as it goes, as often as somebody can read it.</summary>
internal sealed class VaultProgress(Printer printer, TimeProvider time)
    : IProgress<ScrubProgress>, IProgress<CheckProgress>, IProgress<RecoverProgress>, IDisposable
{
    private readonly TimeSpan _pause = printer.IsJson ? TimeSpan.FromSeconds(2)
        : printer.DrawsProgress ? TimeSpan.FromMilliseconds(200)
        : TimeSpan.FromSeconds(30);

    private long _shown = time.GetTimestamp();
    private long _steps;

    public void Report(ScrubProgress value) => Show(
        () => $"{Words.Count(value.Packs)} of {Words.Count(value.TotalPacks, "pack")},"
            + $" {Words.Size(value.Bytes)} of {Words.Size(value.TotalBytes)}"
            + (value.Damaged > 0 ? $", {Words.Count(value.Damaged)} damaged" : ""),
        json =>
        {
            json.WriteNumber("packs"u8, value.Packs);
            json.WriteNumber("totalPacks"u8, value.TotalPacks);
            json.WriteNumber("bytes"u8, value.Bytes);
            json.WriteNumber("totalBytes"u8, value.TotalBytes);
        });

    public void Report(CheckProgress value) => Show(
        () => $"{Words.Count(value.Points)} of {Words.Count(value.TotalPoints, "point")},"
            + $" {Words.Count(value.Pages, "page")}",
        json =>
        {
            json.WriteNumber("points"u8, value.Points);
            json.WriteNumber("totalPoints"u8, value.TotalPoints);
            json.WriteNumber("pages"u8, value.Pages);
        });

    public void Report(RecoverProgress value) => Show(
        () => value.TotalPacks == 0
            ? value.Doing
            : $"{value.Doing}: {Words.Count(value.Packs)} of {Words.Count(value.TotalPacks)}",
        json =>
        {
            json.WriteString("doing"u8, value.Doing);
            json.WriteNumber("packs"u8, value.Packs);
            json.WriteNumber("totalPacks"u8, value.TotalPacks);
        });

    /// <summary>One step of work whose end cannot be told.</summary>
    public void Step()
    {
        _steps++;
        Show(() => $"{Words.Count(_steps, "step")}", json => json.WriteNumber("steps"u8, _steps));
    }

    public void Dispose() => printer.Progress("");

    private void Show(Func<string> text, Action<System.Text.Json.Utf8JsonWriter> fields)
    {
        if (time.GetElapsedTime(_shown) < _pause) return;
        _shown = time.GetTimestamp();
        if (printer.IsJson) printer.Event("progress", fields);
        else if (printer.DrawsProgress) printer.Progress(text());
        else printer.Note(text());
    }
}
