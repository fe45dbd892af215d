using System.Diagnostics;

namespace Coffer.Unit.FileSystem.Snapshots;

/// <summary>Programs of the machine that the tests run on.</summary>
internal static class HostTool
{
    /// <summary>Skips the test where it is not there or fails.</summary>
    public static void Need(string program, params string[] arguments)
    {
        var (code, output) = Run(program, arguments);
        if (code != 0) Assert.Skip($"{program}: {output.Trim()}");
    }

    public static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (127, e.Message);
        }
    }
}
