using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines;

/// <summary>
/// What a terminal says of itself. The framework's console asks the one behind standard output, which may be a file
/// while progress is drawn on standard error.
/// </summary>
public static unsafe class Terminal
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
            return Libc.ioctl(StandardError, GetWindowSize, size) == 0 && size[1] > 0 ? size[1] : null;
        }
    }
}
