using System.Globalization;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>The processes of a group, as /proc shows them (proc_pid_stat(5)).</summary>
internal static class ProcessGroup
{
    /// <summary>
    /// Whether one of them runs. kill(2) cannot tell: to it a leader that has ended and was not collected yet counts,
    /// and only as long as it is not collected nobody else can get the group's number.
    /// </summary>
    public static bool IsAlive(int group)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && IsOf(group, folder)) return true;
        return false;
    }

    // "PID (NAME) STATE PARENT GROUP …"; the name may hold anything, a parenthesis too.
    private static bool IsOf(int group, string folder)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[0] is not ("Z" or "X")
                && int.Parse(fields[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) == group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended meanwhile
        }
    }
}
