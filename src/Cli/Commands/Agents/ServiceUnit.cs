using System.Diagnostics;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Agents;

/// <summary>The agent as a service of systemd.</summary>
internal static class ServiceUnit
{
    public const string Name = "coffer-agent.service";

    public static string File { get; } = $"/etc/systemd/system/{Name}";

    /// <summary>systemd is what runs this machine (sd_booted(3)).</summary>
    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    /// <param name="program">Absolute.</param>
    public static string Text(string program, string home) => $"""
        [Unit]
        Description=Coffer agent: backs up when the policy says so
        Documentation=man:coffer(1)
        After=network-online.target local-fs.target
        Wants=network-online.target

        [Service]
        Type=notify
        ExecStart={Quoted(program)} agent run --home {Quoted(home)}
        Restart=on-failure
        RestartSec=30
        # A backup that is stopped keeps what it transferred: it needs a moment for that.
        TimeoutStopSec=120
        KillMode=mixed
        Nice=10
        IOSchedulingClass=best-effort
        IOSchedulingPriority=7

        [Install]
        WantedBy=multi-user.target

        """;

    /// <exception cref="FaultException"><c>service.manager</c>.</exception>
    public static void Control(params string[] arguments)
    {
        var start = new ProcessStartInfo("systemctl", arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw FaultException.Failed("service.manager",
                $"systemctl {string.Join(' ', arguments)} failed: {said.Trim()}", "See `systemctl status`.");
    }

    // systemd.syntax(7): double quotes, % doubled, backslashes escaped.
    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("%", "%%").Replace("$", "$$")}\"";
}
