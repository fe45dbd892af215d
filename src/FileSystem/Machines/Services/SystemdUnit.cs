using System.Text;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines.Services;

public enum UnitState
{
    /// <summary>The system knows no such unit, or has no systemd.</summary>
    Absent = 1,
    Stopped = 2,
    Running = 3,
}

/// <summary>
/// A unit of systemd, looked at in the files that it leaves: no program has to be started, and a system without
/// systemd is no error.
/// </summary>
public static class SystemdUnit
{
    private static readonly string[] s_folders =
        ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    /// <param name="name"><c>coffer.service</c>.</param>
    public static UnitState Look(string name)
    {
        if (!s_folders.Any(folder => Exists($"{folder}/{name}"))) return UnitState.Absent;
        bool hasProcesses = Descriptors.ReadFile(
                $"/sys/fs/cgroup/system.slice/{name}/cgroup.events", Limits.KernelTextBytes, out byte[] events)
            is { IsError: false } && events.AsSpan().IndexOf("populated 1"u8) >= 0;
        return hasProcesses ? UnitState.Running : UnitState.Stopped;
    }

    private static bool Exists(string path) => !SystemPaths.Stat(Encoding.UTF8.GetBytes(path), out _).IsError;
}
