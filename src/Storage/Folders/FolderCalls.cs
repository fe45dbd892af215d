using System.Runtime.InteropServices;
using Coffer.Storage.Systems;

namespace Coffer.Storage.Folders;

/// <summary>
/// System calls that tell and give owners. <c>statx</c>, as its buffer is the same on every architecture.
/// </summary>
internal static unsafe partial class FolderCalls
{
    public const int ReadWrite = 2;

    private const int StatxBytes = 256, UserAt = 20, GroupAt = 24;
    private const uint UserAndGroup = 0x18;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int file, uint user, uint group);

    /// <summary>False with the error number set where the path cannot be looked at.</summary>
    public static bool TryOwner(string path, out uint user, out uint group)
    {
        byte* buffer = stackalloc byte[StatxBytes];
        bool ok = Statx(LinuxCalls.AtCurrentFolder, path, 0, UserAndGroup, buffer) == 0;
        user = ok ? *(uint*)(buffer + UserAt) : 0;
        group = ok ? *(uint*)(buffer + GroupAt) : 0;
        return ok;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* buffer);
}
