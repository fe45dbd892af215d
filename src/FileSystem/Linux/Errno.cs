using System.Runtime.InteropServices;

namespace Coffer.FileSystem.Linux;

/// <summary>Error numbers that are the same on x64 and arm64 (asm-generic/errno.h).</summary>
internal static class Errno
{
    public const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, ENXIO = 6, E2BIG = 7, EBADF = 9, EAGAIN = 11,
        ENOMEM = 12, EACCES = 13, EBUSY = 16, EEXIST = 17, EXDEV = 18, ENODEV = 19, ENOTDIR = 20, EISDIR = 21,
            EINVAL = 22,
        ENFILE = 23, EMFILE = 24, ENOTTY = 25, ETXTBSY = 26, EFBIG = 27, ENOSPC = 28, EROFS = 30, EMLINK = 31,
        ERANGE = 34, ENAMETOOLONG = 36, ENOSYS = 38, ENOTEMPTY = 39, ELOOP = 40, ENODATA = 61, EOVERFLOW = 75,
        EOPNOTSUPP = 95, ESTALE = 116, EDQUOT = 122, ENOKEY = 126;

    public static OsCause CauseOf(int errno) => errno switch
    {
        0 => OsCause.None,
        ENOENT or ENODATA => OsCause.Missing,
        EACCES => OsCause.AccessDenied,
        EPERM => OsCause.NotPermitted,
        EEXIST => OsCause.Exists,
        ENOTDIR => OsCause.NotADirectory,
        EISDIR => OsCause.IsADirectory,
        ELOOP => OsCause.SymbolicLink,
        ENAMETOOLONG => OsCause.NameTooLong,
        EIO or ENXIO => OsCause.InputOutput,
        ENOSPC => OsCause.NoSpace,
        EDQUOT => OsCause.QuotaExceeded,
        EROFS => OsCause.ReadOnly,
        EOPNOTSUPP or ENOSYS or ENOTTY or EINVAL => OsCause.NotSupported,
        EBUSY or ETXTBSY or EAGAIN => OsCause.Busy,
        ESTALE => OsCause.Stale,
        EMFILE or ENFILE => OsCause.TooManyOpenFiles,
        EFBIG or E2BIG or EOVERFLOW or ERANGE => OsCause.TooLarge,
        ENOTEMPTY => OsCause.NotEmpty,
        EMLINK => OsCause.TooManyLinks,
        ENOMEM => OsCause.OutOfMemory,
        ENOKEY => OsCause.NoKey,
        EXDEV => OsCause.OtherFileSystem,
        _ => OsCause.Other,
    };

    public static string Describe(int errno) => errno == 0 ? "no error" : Marshal.GetPInvokeErrorMessage(errno);
}
