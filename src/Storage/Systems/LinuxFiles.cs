using System.Runtime.InteropServices;
using Coffer.Storage.Folders;
using Microsoft.Win32.SafeHandles;
using static Coffer.Storage.Systems.LinuxCalls;

namespace Coffer.Storage.Systems;

/// <summary>How a name is given without replacing one; each is tried where the one before is not supported.</summary>
internal enum MoveKind
{
    RenameNoReplace,
    LinkAndUnlink,

    /// <summary>Not atomic: relies on the vault's lock and on the store's own lock of names.</summary>
    LookAndRename,
}

/// <summary>
/// Plain Linux calls. A vault is its owner's alone: folders 0700, files 0600, and what root makes goes to
/// <paramref name="owner"/>.
/// </summary>
internal sealed unsafe class LinuxFiles(MoveKind move = MoveKind.RenameNoReplace, FolderOwner? owner = null) : DiskFiles
{
    private const uint FileMode = 0b110_000_000, FolderMode = 0b111_000_000;

    private volatile MoveKind _move = move;

    public override SafeFileHandle CreateLocked(string path)
    {
        var file = OpenFile(path, WriteOnly | Create | Exclusive | CloseOnExec)
            ?? throw Error(Enoent, "create", path);
        if (owner is not null && FolderCalls.ChangeOwner(Number(file), owner.User, owner.Group) != 0)
            throw Error(Marshal.GetLastPInvokeError(), "give to its owner", path);
        if (Lock(Number(file), LockExclusive | LockNonBlocking) == 0) return file;
        int error = Marshal.GetLastPInvokeError();
        // Without locks (ENOSYS, EOPNOTSUPP, ENOLCK) the age of a leftover has to do; taken means it is being removed.
        if (error != Ewouldblock) return file;
        file.Dispose();
        throw Error(error, "lock", path);
    }

    public override SafeFileHandle? OpenRead(string path) => OpenFile(path, ReadOnly | CloseOnExec);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                int count = Math.Min(bytes.Length - done, Limits.BytesPerCall);
                nint written = LinuxCalls.Write(Number(file), start + done, count, offset + done);
                if (written >= 0) done += (int)written;
                else ThrowUnlessInterrupted("write");
            }
        }
    }

    public override int Read(SafeFileHandle file, long offset, Span<byte> target)
    {
        fixed (byte* start = target)
        {
            int done = 0;
            while (done < target.Length)
            {
                int count = Math.Min(target.Length - done, Limits.BytesPerCall);
                nint read = LinuxCalls.Read(Number(file), start + done, count, offset + done);
                if (read == 0) break;
                if (read > 0) done += (int)read;
                else ThrowUnlessInterrupted("read");
            }
            return done;
        }
    }

    public override long Length(SafeFileHandle file)
    {
        long length = Seek(Number(file), 0, SeekEnd);
        return length >= 0 ? length : throw Error(Marshal.GetLastPInvokeError(), "measure", "");
    }

    public override bool Exists(string path)
    {
        if (Access(path, 0) == 0) return true;
        int error = Marshal.GetLastPInvokeError();
        return error is Enoent or Enotdir ? false : throw Error(error, "look for", path);
    }

    // Never repeated after an error: the kernel marks pages it could not write as clean, so a second call would lie.
    public override void Sync(SafeFileHandle file)
    {
        while (LinuxCalls.Sync(Number(file)) != 0) ThrowUnlessInterrupted("sync");
    }

    public override void SyncFolder(string path)
    {
        using var folder = OpenFile(path, ReadOnly | CloseOnExec) ?? throw Error(Enoent, "open", path);
        while (LinuxCalls.Sync(Number(folder)) != 0)
        {
            // File systems without a sync of folders say EINVAL; there is nothing more to ask of them.
            if (Marshal.GetLastPInvokeError() == Einval) return;
            ThrowUnlessInterrupted("sync");
        }
    }

    public override bool MakeFolder(string path)
    {
        if (LinuxCalls.MakeFolder(path, FolderMode) == 0)
        {
            if (owner is not null && FolderCalls.ChangeOwner(path, owner.User, owner.Group) != 0)
                throw Error(Marshal.GetLastPInvokeError(), "give to its owner", path);
            return true;
        }
        int error = Marshal.GetLastPInvokeError();
        return error == Eexist ? false : throw Error(error, "make the folder", path);
    }

    public override bool MoveNew(string from, string to)
    {
        if (_move == MoveKind.RenameNoReplace)
        {
            int error = RenameNoReplace(from, to);
            if (error is 0 or Eexist) return error == 0;
            if (error is not (Enosys or Einval)) throw Error(error, "rename to", to);
            _move = MoveKind.LinkAndUnlink;
        }
        if (_move == MoveKind.LinkAndUnlink)
        {
            int error = Link(from, to) == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error == 0) Remove(from);
            if (error is 0 or Eexist) return error == 0;
            if (error is not (Enosys or Eperm or Eopnotsupp or Emlink)) throw Error(error, "link to", to);
            _move = MoveKind.LookAndRename;
        }
        if (Exists(to)) return false;
        return Rename(from, to) == 0 ? true : throw Error(Marshal.GetLastPInvokeError(), "rename to", to);
    }

    public override bool Remove(string path)
    {
        if (Unlink(path) == 0) return true;
        int error = Marshal.GetLastPInvokeError();
        return error is Enoent or Enotdir ? false : throw Error(error, "remove", path);
    }

    public override bool RemoveUnlocked(string path, bool orUnlockable)
    {
        using var file = OpenRead(path);
        if (file is null) return true;
        if (Lock(Number(file), LockExclusive | LockNonBlocking) != 0
            && (!orUnlockable || Marshal.GetLastPInvokeError() == Ewouldblock)) return false;
        return Remove(path);
    }

    private static int RenameNoReplace(string from, string to)
    {
        try
        {
            return RenameAt(AtCurrentFolder, from, AtCurrentFolder, to, NoReplace) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            return Enosys;
        }
    }

    private static SafeFileHandle? OpenFile(string path, int flags)
    {
        while (true)
        {
            int file = Open(path, flags, FileMode);
            if (file >= 0) return new SafeFileHandle(file, ownsHandle: true);
            int error = Marshal.GetLastPInvokeError();
            if (error is Enoent or Enotdir) return null;
            if (error != Eintr) throw Error(error, "open", path);
        }
    }

    // Callers hold a use of the handle for the length of a call (OpenFiles, DiskWrite), so it cannot close under it.
    private static int Number(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private static void ThrowUnlessInterrupted(string doing)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != Eintr) throw Error(error, doing, "");
    }

    internal static DiskException Error(int error, string doing, string path) =>
        new(Kind(error), $"{doing} {path}: {Marshal.GetPInvokeErrorMessage(error)} ({error})");

    /// <summary>What an error number means for somebody who keeps a vault there.</summary>
    internal static StoreError Kind(int error) => error switch
    {
        Enospc => StoreError.Full,
        Edquot => StoreError.Quota,
        Erofs => StoreError.ReadOnly,
        Eacces or Eperm => StoreError.Denied,
        // A file system that finds itself damaged says EUCLEAN (ext4, xfs) or EBADMSG.
        Eio or Eremoteio or Euclean or Ebadmsg => StoreError.Failing,
        Enxio or Enodev or Enomedium => StoreError.Lost,
        Enotconn or Eshutdown or Estale or Etimedout or Ehostdown or Ehostunreach => StoreError.Lost,
        Enoent or Enotdir => StoreError.Missing,
        _ => StoreError.Other,
    };
}
