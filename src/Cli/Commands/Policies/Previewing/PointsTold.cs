using System.Text.Json;
using Coffer.Cli.Commands.Policies.Editing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;

namespace Coffer.Cli.Commands.Policies.Previewing;

/// <summary>Which points a policy keeps on a day, and which of those that there are it lets go.</summary>
internal sealed class PointsTold
{
    private readonly DateTimeOffset _day;
    private readonly IReadOnlyList<(string Label, PreviewedDay Day)> _sources;

    private PointsTold(DateTimeOffset day, IReadOnlyList<(string Label, PreviewedDay Day)> sources) =>
        (_day, _sources) = (day, sources);

    /// <param name="on">Null: now.</param>
    /// <exception cref="FaultException"><c>time.past</c>, <c>machine.unregistered</c>.</exception>
    public static async Task<PointsTold> TellAsync(
        Invocation invocation, ProtectionPolicy policy, DateTimeOffset? on)
    {
        var now = invocation.Time.GetUtcNow();
        var day = on ?? now;
        if (day < now) throw FaultException.Usage("time.past", "That day is over.", "Name a day to come.");
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        // Somebody waits for it, and it takes no keys.
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, "coffer policy");
        var points = await vault.ListPointsAsync(new PointFilter(Machine: machine.Id), invocation.Cancellation);
        var preview = new PointsTold(day, [.. PolicyEdit.BySource(points).Select(source => (source.Label,
            RetentionPreview.On(day, now, policy.Retention, policy.Schedule, source.Points)))]);
        preview.Print(invocation.Printer, now);
        return preview;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("on"u8, Words.Iso(_day));
        json.WriteNumber("points"u8, _sources.Sum(each => each.Day.Count));
        json.WriteNumber("gone"u8, _sources.Sum(each => each.Day.Gone.Count));
    }

    private void Print(Printer printer, DateTimeOffset now)
    {
        foreach (var (label, previewed) in _sources) Print(printer, label, previewed, now);
        if (_sources.Count == 0) printer.Line("There is no recovery point yet. `coffer backup` takes one.");
        printer.Line();
        printer.Flush();
    }

    private void Print(Printer printer, string label, PreviewedDay previewed, DateTimeOffset now)
    {
        printer.Line($"{label}: {Words.Count(previewed.Count, "point")} on {Words.Time(_day)}; "
            + $"{previewed.Kept.Count} of those that there are now, {previewed.New.Count} new; "
            + $"{previewed.Gone.Count} let go");
        var table = new TextTable("", "MADE", "TAGS", "KEPT UNTIL");
        foreach (var life in previewed.Kept.Concat(previewed.New)) Add(table, "keeps", life);
        foreach (var life in previewed.Gone) Add(table, life.ExpiresAt <= now ? "lets go now" : "lets go", life);
        table.Print(printer);
        foreach (var life in previewed.Kept.Concat(previewed.New))
            printer.Event("kept", json =>
            {
                json.WriteString("label"u8, label);
                json.WriteString("madeAt"u8, Words.Iso(life.Point.At));
                if (life.ExpiresAt is { } end) json.WriteString("expiresAt"u8, Words.Iso(end));
            });
    }

    private static void Add(TextTable table, string fate, PointLife life) => table.Add(
        $"  {fate}", Words.Time(life.Point.At), string.Join(", ", life.Tags.Select(tag => tag.Name)),
        life.ExpiresAt is { } end ? Words.Time(end) : "for ever");
}
