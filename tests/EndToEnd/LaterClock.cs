namespace Coffer.EndToEnd;

/// <summary>
/// Runs a program as on a day to come: libfaketime moves the clock on the wall, a time namespace the one since boot, so
/// that nothing seems to have jumped. The machine's own clocks are not touched.
/// </summary>
internal static class LaterClock
{
    private static readonly string? s_library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        : null;

    /// <summary>Ends the test where the clocks cannot be moved.</summary>
    public static void SkipUnlessPossible(Machine machine) => Assert.SkipUnless(
        s_library is not null
            && machine.Start("unshare", "--time", "--fork", "--boottime", "86400", "true").ExitCode == 0,
        "needs libfaketime and time namespaces");

    /// <summary>The program and its arguments, behind those that move its clocks.</summary>
    public static (string Program, string[] Arguments) Wrap(int days, string program, params string[] arguments) =>
        days == 0
            ? (program, arguments)
            : ("/usr/bin/unshare",
            [
                "--time", "--fork", "--kill-child", "--boottime", $"{days * 86_400}", "/usr/bin/env",
                $"LD_PRELOAD={s_library}", $"FAKETIME=+{days}d", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1",
                program, .. arguments,
            ]);
}
