using System.CommandLine;
using Coffer.Agent.Throttling;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set throttle</c>: how much of the line to a served vault transfers may take.</summary>
internal sealed class SetThrottleCommand : CofferCommand
{
    private readonly Argument<string?> _rate = new("RATE")
    {
        Description = "At all hours: 512Kbps, 10Mbps; or none",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _work = Text("--work-hours", "RATE", "In the hours of work: 10Mbps; or none");
    private readonly Option<string?> _other = Text("--other-hours", "RATE", "In all other hours: 100Mbps; or none");
    private readonly Option<string?> _days = Text("--work-days", "DAYS", "mon-fri, or mon,wed,sat, or daily");
    private readonly Option<string?> _from = Text("--from", "TIME", "When the hours of work begin: 08:00");
    private readonly Option<string?> _to = Text("--to", "TIME", "When they end: 18:00; on the next day if earlier");
    private readonly Option<string?> _zone = Text("--time-zone", "ZONE", "Whose clock that is; this machine's");

    public SetThrottleCommand()
        : base("throttle", "Leave room on the line to a served vault, for backups and restores",
            "coffer settings set throttle --work-hours 10Mbps --from 08:00 --to 18:00",
            "coffer settings set throttle --work-days mon-sat --other-hours 100Mbps",
            "coffer settings set throttle 20Mbps",
            "coffer settings set throttle none")
    {
        Add(_rate);
        foreach (var option in (Option[])[_work, _other, _days, _from, _to, _zone]) Add(option);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var edit = new ThrottleEdit
        {
            Rate = invocation.Value(_rate),
            WorkHours = invocation.Value(_work),
            OtherHours = invocation.Value(_other),
            WorkDays = invocation.Value(_days),
            From = invocation.Value(_from),
            To = invocation.Value(_to),
            TimeZone = invocation.Value(_zone),
        };
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var rules = edit.Apply(invocation.Home.ReadSettings().Throttle, TimeZoneInfo.Local.Id);
        invocation.Home.WriteSettings(invocation.Home.ReadSettings() with { Throttle = rules });
        if (rules is not null && invocation.Home.ReadMachine()?.Place.Folder is { } folder)
            invocation.Printer.Remark("throttle.folder", $"This machine's vault is a folder, {folder}: "
                + "what goes there is not throttled.");
        return SettingsShow.Tell(invocation, invocation.Home.ReadSettings());
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };
}
