using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Machines;

/// <summary>
/// What a terminal says of itself. The framework's console answers too, but first switches the keypad of the terminal
/// to another mode and never back.
/// </summary>
public static unsafe partial class Terminal
{
    private const int StandardError = 2;

    /// <summary>TIOCGWINSZ, one number on all architectures of <c>asm-generic/ioctls.h</c>.</summary>
    private const nuint GetWindowSize = 0x5413;

    /// <summary>Columns of the terminal behind standard error; null where there is none, or it does not tell.</summary>
    public static int? Columns
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return null;
            ushort* size = stackalloc ushort[4]; // rows, columns, and both in pixels
            return Ioctl(StandardError, GetWindowSize, size) == 0 && size[1] > 0 ? size[1] : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int descriptor, nuint request, ushort* size);
}
