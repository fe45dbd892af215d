using System.Diagnostics;
using Coffer.Domain;

namespace Coffer.FileSystem.Machines.Services;

/// <summary>The agent as a service of systemd.</summary>
public static class AgentUnit
{
    public const string Name = "coffer.service";

    public static string Path { get; } = $"/etc/systemd/system/{Name}";

    /// <summary>systemd is what runs this machine (sd_booted(3)).</summary>
    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    /// <summary>The unit is there, for whichever home.</summary>
    public static bool IsInstalled => File.Exists(Path);

    /// <summary>Writes the unit; where systemd runs, it is started, and started with the machine from now on.</summary>
    /// <param name="program">Absolute.</param>
    /// <exception cref="FaultException"><c>service.manager</c>, <c>service.write</c>.</exception>
    public static void Install(string program, string home)
    {
        try
        {
            File.WriteAllText(Path, Text(program, home));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FaultException.Failed(
                "service.write", $"{Path} cannot be written: {e.Message}", "Check its folder.", e);
        }
        if (!HasSystemd) return;
        Control("daemon-reload");
        Control("enable", "--now", Name);
    }

    /// <returns>False where there is none.</returns>
    /// <exception cref="FaultException"><c>service.manager</c>.</exception>
    public static bool Uninstall()
    {
        if (!File.Exists(Path)) return false;
        if (HasSystemd) Control("disable", "--now", Name);
        File.Delete(Path);
        if (HasSystemd) Control("daemon-reload");
        return true;
    }

    /// <param name="program">Absolute.</param>
    internal static string Text(string program, string home) => $"""
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
        # One that hangs is ended and started anew; a backup that waits or is slow does not count as hanging.
        WatchdogSec=300
        # A backup that is stopped keeps what it transferred: it needs a moment for that.
        TimeoutStopSec=120
        KillMode=mixed
        Nice=10
        IOSchedulingClass=best-effort
        IOSchedulingPriority=7

        [Install]
        WantedBy=multi-user.target

        """;

    private static void Control(params string[] arguments)
    {
        var start = new ProcessStartInfo("systemctl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
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
