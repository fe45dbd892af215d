using Coffer.Domain;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Shell;

/// <summary>
/// Refuses to begin where too few files may be open. Halfway, one file too many could be a folder of the data, which
/// would be missing in the point; and below some forty the runtime cannot load its own parts, so this uses none that
/// it can do without, and writes by the system's call.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>
    /// The runtime keeps 75 open, a walk or a restore 64 folders, a store 32 packs; the rest is databases, workers and
    /// a spare. Systems give 1,024 and more.
    /// </summary>
    private const ulong Needed = 256;

    /// <summary>False: told, and the command must not begin. The runtime has raised a soft limit before.</summary>
    public static bool IsEnough(bool asksForJson)
    {
        if (BareProcess.OpenFileLimit() is not { } limit || limit >= Needed) return true;
        string message = $"Only {limit} files may be open at a time, and Coffer needs {Needed}.";
        string fault = $"\"code\":\"{SystemFaults.OpenFilesCode}\",\"message\":\"{message}\","
            + $"\"guidance\":\"{SystemFaults.OpenFilesGuidance}\"";
        if (asksForJson) BareProcess.Write(1, "{\"result\":\"failed\",\"exitCode\":1," + fault + "}\n");
        else BareProcess.Write(2, $"error: {message}\n  {SystemFaults.OpenFilesGuidance}\n");
        return false;
    }
}
