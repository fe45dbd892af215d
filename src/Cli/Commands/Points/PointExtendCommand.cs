using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Points;

/// <summary><c>coffer point extend POINT --until DATE</c>: a point lives longer than its policy has it.</summary>
internal sealed class PointExtendCommand : CofferCommand
{
    private readonly Argument<string> _point = new("POINT")
    {
        Description = "The recovery point: an id, or the beginning of one",
    };

    private readonly Option<string> _until = new("--until")
    {
        Description = "Keep it at least until the end of this day: 2031-12-31",
        HelpName = "DATE",
        Required = true,
    };

    public PointExtendCommand()
        : base("extend", "Keep a point at least until a day, whatever its policy says; this cannot be taken back",
            "coffer point extend 4f1c09ab --until 2031-12-31")
    {
        Add(_point);
        Add(_until);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        var until = ChosenPoints.TimeOf(invocation.Value(_until)!);
        if (until <= invocation.Time.GetUtcNow())
            throw FaultException.Usage("time.past", "That day is over.", "Name a day to come.");
        await using var vault = await Vaults.ForWritingAsync(invocation, machine, "coffer point extend");
        var all = await vault.ListPointsAsync(new PointFilter(machine.Id), invocation.Cancellation);
        var point = PointChooser.One(all, invocation.Value(_point)!);
        var answer = await vault.ExtendPointAsync(point.Id, until, invocation.Cancellation);
        invocation.Printer.Line($"Point {Words.Short(point.Id.ToString())} of {point.SourceLabel}"
            + $" ({Words.Time(point.ReceivedAt)}) is kept at least until {Words.Time(until)}"
            + $"{More(answer.EndsAt, until)}.");
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("point"u8, point.Id.ToString());
            json.WriteString("until"u8, Words.Iso(until));
            if (answer.EndsAt is { } end) json.WriteString("expiresAt"u8, Words.Iso(end));
        });
    }

    private static string More(DateTimeOffset? end, DateTimeOffset until) =>
        end is null ? "; as it is, for ever"
        : end > until ? $"; as it is, until {Words.Time(end.Value)}"
        : "";
}
