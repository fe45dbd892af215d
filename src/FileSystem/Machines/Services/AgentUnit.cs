using Coffer.Domain;
using Coffer.FileSystem.Machines.Programs;

namespace Coffer.FileSystem.Machines.Services;

/// <summary>The agent as a service of systemd.</summary>
public static class AgentUnit
{
    public const string Name = "coffer.service";

    /// <summary>
    /// systemctl waits for the unit, which systemd itself gives 90 s to start and the unit's text 120 s to stop; with
    /// some more, one that still says nothing hangs.
    /// </summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static string Path { get; } = $"/etc/systemd/system/{Name}";

    /// <summary>systemd is what runs this machine (sd_booted(3)).</summary>
    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    /// <summary>The unit is there, for whichever home.</summary>
    public static bool IsInstalled => File.Exists(Path);

    /// <summary>Writes the unit; where systemd runs, it is started, and started with the machine from now on.</summary>
    /// <param name="program">Absolute.</param>
    /// <exception cref="FaultException">
    /// <c>service.manager</c>, <c>service.write</c>; <c>service.unsafe</c>: another user could have root run what he
    /// likes.
    /// </exception>
    public static async Task InstallAsync(string program, string home, TimeProvider time)
    {
        if (ProgramGuard.ReasonAgainst(program) is { } found)
            throw FaultException.Refused("service.unsafe", $"Root must not run {program} by itself: {found.Reason}.",
                $"{found.Cure} Or install Coffer where only root may write, and give the command from there.");
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
        await ControlAsync(time, "daemon-reload");
        await ControlAsync(time, "enable", "--now", Name);
    }

    /// <returns>False where there is none.</returns>
    /// <exception cref="FaultException"><c>service.manager</c>.</exception>
    public static async Task<bool> UninstallAsync(TimeProvider time)
    {
        if (!File.Exists(Path)) return false;
        if (HasSystemd) await ControlAsync(time, "disable", "--now", Name);
        File.Delete(Path);
        if (HasSystemd) await ControlAsync(time, "daemon-reload");
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
        # Of what it has in memory, keys among it, nothing is written to a disk.
        LimitCORE=0
        # A backup that is stopped keeps what it transferred: it needs a moment for that.
        TimeoutStopSec=120
        KillMode=mixed
        Nice=10
        IOSchedulingClass=best-effort
        IOSchedulingPriority=7

        [Install]
        WantedBy=multi-user.target

        """;

    // By its path in the system's folders: a name alone would be looked for in the working folder first.
    private static async Task ControlAsync(TimeProvider time, params string[] arguments)
    {
        var answer = await new SystemTool(time, s_limit).RunAsync("systemctl", arguments);
        if (!answer.IsGood)
            throw FaultException.Failed("service.manager",
                $"systemctl {string.Join(' ', arguments)} failed: {answer.Problem}.", "See `systemctl status`.");
    }

    // systemd.syntax(7): double quotes, % doubled, backslashes escaped.
    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("%", "%%").Replace("$", "$$")}\"";
}
