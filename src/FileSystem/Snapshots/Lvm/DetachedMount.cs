using System.Runtime.InteropServices;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Snapshots.Lvm;

/// <summary>
/// A file system mounted at no place (fsopen(2), fsmount(2), Linux 5.2): nobody else sees it, it propagates to no other
/// namespace, and it is gone with the descriptor, also where the process is killed.
/// </summary>
internal static unsafe partial class DetachedMount
{
    private const nint FsOpen = 430, FsConfig = 431, FsMount = 432; // one number on all architectures since 5.2
    private const uint CloseOnExec = 1;
    private const uint SetFlag = 0, SetString = 1, Create = 6;
    private const uint ReadOnly = 0x1, NoSetId = 0x2, NoDevices = 0x4, NoPrograms = 0x8;

    /// <param name="flags">Options of the file system without a value.</param>
    /// <param name="descriptor">Of its root; to be closed.</param>
    public static OsError Open(string type, string device, IEnumerable<string> flags, out int descriptor)
    {
        descriptor = -1;
        int context;
        fixed (byte* name = Descriptors.Terminated(type))
            context = (int)Call(FsOpen, (nint)name, (nint)CloseOnExec, 0, 0, 0);
        if (context < 0) return OsError.Last();
        OsError error = Set(context, SetString, "source", device);
        foreach (string flag in flags.Prepend("ro"))
            if (!error.IsError) error = Set(context, SetFlag, flag, null);
        if (!error.IsError) error = Set(context, Create, null, null);
        if (!error.IsError)
        {
            const uint attributes = ReadOnly | NoSetId | NoDevices | NoPrograms;
            descriptor = (int)Call(FsMount, context, (nint)CloseOnExec, (nint)attributes, 0, 0);
            if (descriptor < 0) error = OsError.Last();
        }

        _ = Libc.close(context);
        return error;
    }

    private static OsError Set(int context, uint command, string? key, string? value)
    {
        fixed (byte* name = key is null ? null : Descriptors.Terminated(key))
        fixed (byte* text = value is null ? null : Descriptors.Terminated(value))
            return Call(FsConfig, context, (nint)command, (nint)name, (nint)text, 0) < 0
                ? OsError.Last()
                : OsError.None;
    }

    // glibc wraps these calls since 2.36 only.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth);
}
