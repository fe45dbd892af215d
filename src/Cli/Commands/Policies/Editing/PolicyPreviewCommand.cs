using System.CommandLine;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Retention;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary>
/// <c>coffer policy preview [FILE] [--on DATE]</c>: which points a policy keeps on a day to come, and which it lets go.
/// </summary>
internal sealed class PolicyPreviewCommand : CofferCommand
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "A policy file that is not in force yet; else the policy that is",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _on = new("--on")
    {
        Description = "The day: 2027-12-31; else now",
        HelpName = "DATE",
    };

    public PolicyPreviewCommand()
        : base("preview", "Show which points a policy keeps on a day to come, if every run succeeds",
            "coffer policy preview --on 2027-12-31", "coffer policy preview new.yaml      # what it would let go now")
    {
        Add(_file);
        Add(_on);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var inForce = invocation.Home.ReadPolicy();
        var policy = invocation.Value(_file) is { } file ? PolicyFiles.Read(invocation, file, inForce) : inForce;
        if (policy is null)
            throw FaultException.Usage(
                "policy.none", "Nothing is protected yet.", "`coffer protect FOLDER` begins.");
        var now = invocation.Time.GetUtcNow();
        var day = invocation.Value(_on) is { } text ? ChosenPoints.TimeOf(text) : now;
        if (day < now) throw FaultException.Usage("time.past", "That day is over.", "Name a day to come.");
        await using var opened = await OpenedVault.ForReadingAsync(invocation, "coffer policy");
        var points = await opened.Vault.ListPointsAsync(opened.Points, invocation.Cancellation);
        var days = PolicyEdit.BySource(points)
            .Select(source => (source.Label,
                Day: RetentionPreview.On(day, now, policy.Retention, policy.Schedule, source.Points)))
            .ToList();
        foreach (var (label, previewed) in days) Print(invocation.Printer, label, previewed, day, now);
        if (days.Count == 0) invocation.Printer.Line("There is no recovery point yet. `coffer backup` takes one.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("on"u8, Words.Iso(day));
            json.WriteNumber("points"u8, days.Sum(each => each.Day.Count));
            json.WriteNumber("gone"u8, days.Sum(each => each.Day.Gone.Count));
        });
    }

    private static void Print(
        Printer printer, string label, PreviewedDay previewed, DateTimeOffset day, DateTimeOffset now)
    {
        printer.Line($"{label}: {Words.Count(previewed.Count, "point")} on {Words.Time(day)}; "
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
        $"  {fate}", Words.Time(life.Point.At),
        string.Join(", ", life.Tags.Select(tag => tag.Tier?.ToString().ToLowerInvariant() ?? "on demand")),
        life.ExpiresAt is { } end ? Words.Time(end) : "for ever");
}
