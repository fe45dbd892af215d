using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings</c>: the same as <c>settings show</c>.</summary>
internal sealed class SettingsCommand : CofferCommand
{
    private const string Show = "Show what is set on this machine alone: proxy, cache, throttle, local points, hooks";

    public SettingsCommand()
        : base("settings", Show, "coffer settings", "coffer settings set proxy http://proxy.example:3128",
            "coffer settings set cache /mnt/ssd/coffer-cache")
    {
        Add(new VerbCommand("show", Show, SettingsShow.RunAsync, "coffer settings show --json"));
        Add(new SettingsSetCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => SettingsShow.RunAsync(invocation);
}
