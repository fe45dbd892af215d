using System.Runtime.InteropServices;
using System.Text;

namespace Coffer.FileSystem.Machines;

/// <summary>
/// What can be asked and said where hardly a file may be opened any more, so that the runtime could not load its own
/// parts for it: by the system's calls alone.
/// </summary>
public static unsafe partial class BareProcess
{
    private const int OpenFiles = 7;

    /// <summary>How many files this process may have open at a time; null where that cannot be told.</summary>
    public static ulong? OpenFileLimit()
    {
        Limit limit;
        return GetLimit(OpenFiles, &limit) == 0 ? limit.Soft : null;
    }

    /// <param name="descriptor">1 for standard output, 2 for standard error.</param>
    public static void Write(int descriptor, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes) _ = Write(descriptor, start, bytes.Length);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* bytes, nint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
