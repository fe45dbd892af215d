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
    /// <exception cref="Domain.FaultException"><c>store.owner</c>: a link or a stranger's file lies there.</exception>
    internal static FolderLease? TryTake(string path, string holder, OwnedTree? tree)
    {
        var file = OperatingSystem.IsLinux() ? OpenLocked(path, tree) : OpenExclusive(path);
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
                ? TryOpen(new FolderPlace(null, path), LinuxCalls.ReadOnly) ?? throw Error("open", path)
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
    // Null with the error number set. Never over a link, and a pipe put there must not hold us up.
    private static SafeFileHandle? TryOpen(FolderPlace place, int flags)
    {
        const uint OwnerOnly = 0b110_000_000;
        const int Always = LinuxCalls.CloseOnExec | LinuxCalls.NonBlocking;
        int number = LinuxCalls.Open(place.Folder, place.Name, flags | Always | LinuxCalls.NoFollow, OwnerOnly);
        return number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : null;
    }

    // Only a file that was made here and now is given away, and only one that is nobody else's is written.
    private static SafeFileHandle OpenOrCreate(string path, OwnedTree? tree)
    {
        using var place = tree?.Reach(path) ?? new FolderPlace(null, path);
        const int New = LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.Exclusive;
        if (TryOpen(place, New) is { } made)
        {
            tree?.Give(made, path);
            return made;
        }
        if (Marshal.GetLastPInvokeError() != LinuxCalls.Eexist) throw Error("create", path);
        uint owner = tree?.Owner.User ?? FolderCalls.EffectiveUser();
        var file = TryOpen(place, LinuxCalls.ReadWrite);
        int error = file is null ? Marshal.GetLastPInvokeError() : 0;
        if (error is not (0 or LinuxCalls.Eloop)) throw Error("open", path, error);
        if (file is not null && FolderCalls.TryLook((int)file.DangerousGetHandle(), out var entry)
            && entry.IsPlainFileOf(owner)) return file;
        file?.Dispose();
        throw StoreFaults.Foreign(path, UserNames.Of(owner));
    }

    private static SafeFileHandle? OpenLocked(string path, OwnedTree? tree)
    {
        var file = OpenOrCreate(path, tree);
        int number = (int)file.DangerousGetHandle();
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
