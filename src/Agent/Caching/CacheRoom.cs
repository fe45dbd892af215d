using System.Globalization;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Secrets;

namespace Coffer.Agent.Caching;

/// <summary>
/// Space for a run in the cache folder: looked at before, and told in words when it runs out. A run that finds none
/// makes no point; what it had sent and its last checkpoint stay.
/// </summary>
internal static class CacheRoom
{
    private const string Guidance = "Free space on its disk, or move it (`coffer settings set cache DIR`),"
        + " and give the command again; no recovery point is affected.";

    // ENOSPC and EDQUOT: the framework gives the system's number as an I/O error's result.
    private const int NoSpace = 28, QuotaExceeded = 122;

    /// <summary>Makes the folder where it is missing. The run writes what is there anew, beside it.</summary>
    /// <exception cref="FaultException"><c>cache.no-space</c>, with both figures.</exception>
    public static void Require(string folder)
    {
        long needed = Limits.CacheFloorBytes;
        if (Directory.Exists(folder))
            foreach (string file in Directory.EnumerateFiles(folder)) needed += new FileInfo(file).Length;
        // Before it is made: a full disk refuses that in words of its own.
        string existing = folder;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing) ?? "/";
        bool isTold = !SystemPaths.Space(Encoding.UTF8.GetBytes(existing), out long free, out _).IsError;
        if (isTold && free < needed) throw TooLittle(folder, free, needed, "this backup");
        PrivateFolder.Ensure(folder);
    }

    /// <param name="who">Needs it: <c>this backup</c>.</param>
    public static FaultException TooLittle(string folder, long freeBytes, long neededBytes, string who) =>
        FaultException.Failed(
            "cache.no-space",
            $"The cache folder {folder} has {Megabytes(freeBytes)} free,"
                + $" and {who} needs {Megabytes(neededBytes)} there.",
            Guidance);

    public static bool IsFull(IOException e) => e.HResult is NoSpace or QuotaExceeded;

    /// <param name="during">What was done: <c>files were listed</c>.</param>
    public static FaultException Full(string folder, IOException inner, string during = "files were listed") =>
        FaultException.Failed(
            "cache.no-space", $"No space was left in the cache folder {folder} while {during}.", Guidance, inner);

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}
