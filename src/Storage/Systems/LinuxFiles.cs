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
/// Plain Linux calls. A vault is its owner's alone: folders 0700, files 0600, and what root makes in
/// <paramref name="tree"/> goes to its owner.
/// </summary>
internal sealed unsafe class LinuxFiles(MoveKind move = MoveKind.RenameNoReplace, OwnedTree? tree = null) : DiskFiles
{
    private const uint FileMode = 0b110_000_000, FolderMode = 0b111_000_000;

    private volatile MoveKind _move = move;

    public override SafeFileHandle CreateLocked(string path)
    {
        var file = OpenFile(path, WriteOnly | Create | Exclusive | CloseOnExec)
            ?? throw Error(Enoent, "create", path);
        tree?.Give(file, path);
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
        using var place = At(path);
        if (Access(place.Folder, place.Name, 0, 0) == 0) return true;
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
        using var place = At(path);
        if (LinuxCalls.MakeFolder(place.Folder, place.Name, FolderMode) == 0)
        {
            tree?.GiveFolder(place, path);
            return true;
        }
        int error = Marshal.GetLastPInvokeError();
        return error == Eexist ? false : throw Error(error, "make the folder", path);
    }

    public override bool MoveNew(string from, string to)
    {
        using FolderPlace source = At(from), target = At(to);
        if (_move == MoveKind.RenameNoReplace)
        {
            int error = RenameNoReplace(source, target);
            if (error is 0 or Eexist) return error == 0;
            if (error is not (Enosys or Einval)) throw Error(error, "rename to", to);
            _move = MoveKind.LinkAndUnlink;
        }
        if (_move == MoveKind.LinkAndUnlink)
        {
            int error = Link(source.Folder, source.Name, target.Folder, target.Name, 0) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
            if (error == 0) Remove(from);
            if (error is 0 or Eexist) return error == 0;
            if (error is not (Enosys or Eperm or Eopnotsupp or Emlink)) throw Error(error, "link to", to);
            _move = MoveKind.LookAndRename;
        }
        if (Exists(to)) return false;
        return Rename(source.Folder, source.Name, target.Folder, target.Name) == 0
            ? true
            : throw Error(Marshal.GetLastPInvokeError(), "rename to", to);
    }

    public override bool Remove(string path)
    {
        using var place = At(path);
        if (Unlink(place.Folder, place.Name, 0) == 0) return true;
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

    // Without a tree the path itself, at no cost.
    private FolderPlace At(string path) => tree is null ? new FolderPlace(null, path) : tree.Reach(path);

    private static int RenameNoReplace(FolderPlace from, FolderPlace to)
    {
        try
        {
            return RenameAt(from.Folder, from.Name, to.Folder, to.Name, NoReplace) == 0
                ? 0
                : Marshal.GetLastPInvokeError();
        }
        catch (EntryPointNotFoundException)
        {
            return Enosys;
        }
    }

    private SafeFileHandle? OpenFile(string path, int flags)
    {
        using var place = At(path);
        // In another user's folder a link may lead anywhere, and a pipe would hold us up for ever.
        if (tree is not null) flags |= NoFollow | NonBlocking;
        while (true)
        {
            int file = Open(place.Folder, place.Name, flags, FileMode);
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
        // ELOOP: a link where we follow none, so put there by somebody else.
        Eacces or Eperm or Eloop => StoreError.Denied,
        // A file system that finds itself damaged says EUCLEAN (ext4, xfs) or EBADMSG.
        Eio or Eremoteio or Euclean or Ebadmsg => StoreError.Failing,
        Enxio or Enodev or Enomedium => StoreError.Lost,
        Enotconn or Eshutdown or Estale or Etimedout or Ehostdown or Ehostunreach => StoreError.Lost,
        Enoent or Enotdir => StoreError.Missing,
        Enfile or Emfile => StoreError.OpenFiles,
        _ => StoreError.Other,
    };
}
