using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set</c>: a command for each setting; alone it shows them.</summary>
internal sealed class SettingsSetCommand : CofferCommand
{
    public SettingsSetCommand()
        : base("set", "Change one of them", "coffer settings set proxy none")
    {
        Add(new SetProxyCommand());
        Add(new SetCacheCommand());
        Add(new SetThrottleCommand());
        Add(new SetPortalEditsCommand());
        Add(new SetHookCommand());
        Add(new SetLocalPointsCommand());
    }

    public override Task<Outcome> RunAsync(Invocation invocation) => SettingsShow.RunAsync(invocation);
}
