using System.Runtime.InteropServices;
using System.Text;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Folders;

/// <summary>
/// One writer at a time in a folder: an exclusive lock on a file, which the system lets go when its holder dies,
/// whatever way. The file's text tells people who holds it; it is never read to decide anything.
/// </summary>
public sealed class FolderLease : IDisposable
{
    /// <summary>What a holder says of itself is cut here.</summary>
    private const int HolderBytes = 1024;

    private readonly SafeFileHandle _file;

    private FolderLease(SafeFileHandle file) => _file = file;

    /// <summary>Null where another process, or another lease of this one, holds it.</summary>
    internal static FolderLease? TryTake(string path, string holder, FolderOwner? owner)
    {
        var file = OperatingSystem.IsLinux() ? OpenLocked(path, owner) : OpenExclusive(path);
        if (file is null) return null;
        var text = Encoding.UTF8.GetBytes(holder);
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, text.AsSpan(0, Math.Min(text.Length, HolderBytes)), 0);
        return new FolderLease(file);
    }

    /// <summary>What the last holder wrote; empty where nothing can be read.</summary>
    internal static string ReadHolder(string path)
    {
        try
        {
            using var file = OperatingSystem.IsLinux()
                ? OpenOnLinux(path, LinuxCalls.ReadOnly)
                : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> text = stackalloc byte[HolderBytes];
            return Encoding.UTF8.GetString(text[..RandomAccess.Read(file, text, 0)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>The text goes first, so that nobody reads of a holder that is gone.</summary>
    public void Dispose()
    {
        if (_file.IsClosed) return;
        try
        {
            RandomAccess.SetLength(_file, 0);
        }
        catch (IOException)
        {
            // The disk was pulled out; closing lets go of the lock all the same.
        }
        _file.Dispose();
    }

    // Not File.OpenHandle: the framework takes a lock of its own on what it opens, which meets ours.
    private static SafeFileHandle OpenOnLinux(string path, int flags)
    {
        const uint OwnerOnly = 0b110_000_000;
        int number = LinuxCalls.Open(path, flags | LinuxCalls.CloseOnExec, OwnerOnly);
        return number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : throw Error("open", path);
    }

    private static SafeFileHandle? OpenLocked(string path, FolderOwner? owner)
    {
        var file = OpenOnLinux(path, FolderCalls.ReadWrite | LinuxCalls.Create);
        int number = (int)file.DangerousGetHandle();
        if (owner is not null) _ = FolderCalls.ChangeOwner(number, owner.User, owner.Group);
        if (LinuxCalls.Lock(number, LinuxCalls.LockExclusive | LinuxCalls.LockNonBlocking) == 0) return file;
        int error = Marshal.GetLastPInvokeError();
        file.Dispose();
        return error == LinuxCalls.Ewouldblock ? null : throw Error("lock", path, error);
    }

    private static SafeFileHandle? OpenExclusive(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private static DiskException Error(string doing, string path, int? error = null) =>
        LinuxFiles.Error(error ?? Marshal.GetLastPInvokeError(), doing, path);
}
