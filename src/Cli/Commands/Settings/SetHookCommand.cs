using System.CommandLine;
using Coffer.Agent.Hooks;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set hook before|after</c>: a program that runs around each backup.</summary>
internal sealed class SetHookCommand : CofferCommand
{
    private readonly Argument<string> _when = new("WHEN") { Description = "before or after" };

    private readonly Argument<string[]> _program = new("PROGRAM")
    {
        Description = "Its absolute path, and what it is given; -- in front where that has options",
        HelpName = "PROGRAM",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _limit = new("--time-limit")
    {
        Description = "When it is ended: 90s, 10m, 2h; 10m if not given",
        HelpName = "TIME",
    };

    private readonly Option<string?> _onFailure = new("--on-failure")
    {
        Description = "Before a backup: fail it, or warn and go on; fail if not given",
        HelpName = "RULE",
    };

    private readonly Option<bool> _off = new("--off") { Description = "Run none any more" };

    public SetHookCommand()
        : base("hook", "Run a program of this machine before or after each backup",
            "coffer settings set hook before /usr/local/sbin/dump-database",
            "coffer settings set hook before --time-limit 30m -- /usr/bin/pg_dumpall --file /srv/dump.sql",
            "coffer settings set hook after /usr/bin/systemctl start shop.service",
            "coffer settings set hook before --off")
    {
        Add(_when);
        Add(_program);
        Add(_limit);
        Add(_onFailure);
        Add(_off);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var moment = MomentOf(invocation.Value(_when)!);
        bool isOff = invocation.Value(_off);
        var edit = new HookEdit(
            invocation.Value(_program) ?? [], invocation.Value(_limit), invocation.Value(_onFailure));
        if (isOff && (edit.Words.Count > 0 || edit.TimeLimit is not null || edit.OnFailure is not null))
            throw FaultException.Usage("hook.wrong", "--off stands alone.", "Leave it out, or the rest.");
        var hook = isOff ? null : edit.Make(moment);
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var settings = invocation.Home.ReadSettings();
        invocation.Home.WriteSettings(settings with { Hooks = settings.Hooks.With(moment, hook) });
        return SettingsShow.Tell(invocation, invocation.Home.ReadSettings());
    }

    private static HookMoment MomentOf(string text) => text switch
    {
        "before" => HookMoment.Before,
        "after" => HookMoment.After,
        _ => throw FaultException.Usage("hook.wrong", $"A hook cannot run '{text}'.", "Give before or after."),
    };
}
