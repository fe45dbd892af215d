using System.Runtime.InteropServices;
using System.Text;
using Coffer.Domain;

namespace Coffer.Cli.Shell;

/// <summary>
/// Refuses to begin where too few files may be open. Halfway, one file too many could be a folder of the data, which
/// would be missing in the point; and below some forty the runtime cannot load its own parts, so this uses none that
/// it can do without, and writes by the system's call.
/// </summary>
internal static unsafe partial class OpenFileLimit
{
    /// <summary>
    /// The runtime keeps 75 open, a walk or a restore 64 folders, a store 32 packs; the rest is databases, workers and
    /// a spare. Systems give 1,024 and more.
    /// </summary>
    private const ulong Needed = 256;

    private const int OpenFiles = 7;

    /// <summary>False: told, and the command must not begin. The runtime has raised a soft limit before.</summary>
    public static bool IsEnough(bool asksForJson)
    {
        Limit limit;
        if (GetLimit(OpenFiles, &limit) != 0 || limit.Soft >= Needed) return true;
        string message = $"Only {limit.Soft} files may be open at a time, and Coffer needs {Needed}.";
        string fault = $"\"code\":\"{SystemFaults.OpenFilesCode}\",\"message\":\"{message}\","
            + $"\"guidance\":\"{SystemFaults.OpenFilesGuidance}\"";
        if (asksForJson) Write(1, "{\"result\":\"failed\",\"exitCode\":1," + fault + "}\n");
        else Write(2, $"error: {message}\n  {SystemFaults.OpenFilesGuidance}\n");
        return false;
    }

    private static void Write(int file, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes) _ = Write(file, start, bytes.Length);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte* bytes, nint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
