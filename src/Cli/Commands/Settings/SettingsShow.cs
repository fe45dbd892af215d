using Coffer.Agent.Homes;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Settings;

internal static class SettingsShow
{
    public static Task<Outcome> RunAsync(Invocation invocation) =>
        Task.FromResult(Tell(invocation, invocation.Home.ReadSettings()));

    public static Outcome Tell(Invocation invocation, AgentSettings settings)
    {
        invocation.Printer.Line(settings.Proxy switch
        {
            null => "Proxy      none: straight to the vault",
            { User: null } proxy => $"Proxy      {proxy.Address}",
            { User: { } user } proxy => $"Proxy      {proxy.Address} as {user}",
        });
        CacheWords.Tell(invocation, settings);
        invocation.Printer.Line($"Throttle   {ThrottleWords.Of(settings.Throttle)}");
        invocation.Printer.Line($"Edits      of the policy at the vault: {AgentSettings.TextOf(settings.PortalEdits)}");
        invocation.Printer.Line(settings.LocalPoints == 0
            ? "Snapshots  none stay on this machine"
            : $"Snapshots  {settings.LocalPoints} of each volume stay on this machine as local points, where they can");
        HookWords.Tell(invocation.Printer, settings.Hooks);
        return new Outcome(ExitCode.Completed, json =>
        {
            CacheWords.Write(json, invocation.Home, settings);
            json.WriteString("proxy"u8, settings.Proxy?.Address.ToString());
            json.WriteString("proxyUser"u8, settings.Proxy?.User);
            json.WriteString("portalEdits"u8, AgentSettings.TextOf(settings.PortalEdits));
            json.WriteNumber("localPoints"u8, settings.LocalPoints);
            ThrottleWords.Write(json, settings.Throttle);
            HookWords.Write(json, settings.Hooks);
        });
    }
}
