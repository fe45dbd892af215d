namespace Coffer.EndToEnd;

/// <summary>
/// Runs a command as on a day to come: Coffer.Later moves its clock on the wall, a time namespace the one since boot,
/// so that nothing seems to have jumped. The machine's own clocks are not touched. (libfaketime 0.9.10 was tried: it
/// lets waits of the runtime end early, so that they spin, and starves what spins least; its issues 419 and 503.)
/// </summary>
internal static class LaterClock
{
    private static readonly string s_program =
        Path.Combine(Machine.Root(), "tests/Later/bin/Debug/net10.0/linux-x64/Coffer.Later");

    /// <summary>Ends the test where the clock since boot cannot be moved.</summary>
    public static void SkipUnlessPossible(Machine machine) => Assert.SkipUnless(
        machine.Start("unshare", "--time", "--fork", "--boottime", "86400", "true").ExitCode == 0,
        "needs time namespaces, and a user who may make them");

    /// <param name="command"><c>coffer</c> or <c>coffer-vault</c>.</param>
    public static (string Program, string[] Arguments) Of(int days, string command, params string[] arguments) =>
        ("/usr/bin/unshare",
        [
            "--time", "--fork", "--kill-child", "--boottime", $"{days * 86_400}", s_program, $"{days}", command,
            .. arguments,
        ]);
}
