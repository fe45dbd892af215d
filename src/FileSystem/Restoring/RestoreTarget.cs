using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Restoring;

/// <summary>
/// The directory below which a restore writes, and never outside it. Invariants:
/// 1. Every entry is reached from its parent's open directory by one checked component, opened without following a
///    link; so neither names nor links nor renames in the target lead out.
/// 2. A folder whose descriptor was closed to save descriptors is opened again the same way, and only taken when it
///    is the same inode.
/// May be used by several threads; a folder is finished by one, after the work in it is done.
/// </summary>
public sealed class RestoreTarget : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TargetFolder> _open = [];
    private readonly int _openDirectories;

    private RestoreTarget(RestoreAspects aspects, int openDirectories)
    {
        Aspects = aspects;
        _openDirectories = openDirectories;
        Umask = ReadUmask();
    }

    public RestoreAspects Aspects { get; }

    /// <summary>The directory itself. Its own metadata is changed only by finishing it.</summary>
    public TargetFolder Root { get; private set; } = null!;

    internal uint Umask { get; }

    /// <summary>Held while flags that guard a file are lifted.</summary>
    internal Lock Guarding { get; } = new();

    /// <param name="path">An existing directory; links in this path are the user's own and are followed.</param>
    public static OsError Open(ReadOnlySpan<byte> path, RestoreAspects aspects, out RestoreTarget? target) =>
        Open(path, aspects, Limits.OpenDirectories, out target);

    internal static OsError Open(ReadOnlySpan<byte> path, RestoreAspects aspects, int openDirectories,
        out RestoreTarget? target)
    {
        target = null;
        int descriptor = Descriptors.Open(Libc.AT_FDCWD, path, Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (descriptor < 0) return OsError.Last();
        var opened = new RestoreTarget(aspects, openDirectories);
        OsError error = TargetFolder.Adopt(opened, null, [], descriptor, isOurs: false, out TargetFolder? root);
        if (error.IsError) return error;
        opened.Root = root!;
        target = opened;
        return OsError.None;
    }

    /// <summary>Makes everything restored so far durable: one flush of the target's file system.</summary>
    public OsError Sync()
    {
        OsError error = Hold(Root, out int descriptor);
        if (error.IsError) return error;
        error = Libc.syncfs(descriptor) == 0 ? OsError.None : OsError.Last();
        GiveBack(Root);
        return error;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (TargetFolder folder in _open) folder.CloseDescriptor();
            _open.Clear();
        }
    }

    /// <summary>The folder's descriptor, held open until given back.</summary>
    internal OsError Hold(TargetFolder folder, out int descriptor)
    {
        lock (_gate)
        {
            OsError error = folder.Descriptor >= 0 ? OsError.None : Reopen(folder);
            descriptor = folder.Descriptor;
            if (!error.IsError) folder.Holders++;
            return error;
        }
    }

    internal void GiveBack(TargetFolder folder)
    {
        lock (_gate) folder.Holders--;
    }

    internal void Register(TargetFolder folder)
    {
        lock (_gate) Register_NeedsLock(folder);
    }

    internal void Close(TargetFolder folder)
    {
        lock (_gate)
        {
            Invariant.Holds(folder.Holders == 0);
            if (folder.Descriptor < 0) return;
            _open.Remove(folder.Position!);
            folder.CloseDescriptor();
        }
    }

    // Oldest first: in a walk down those are the ones furthest up, needed last.
    private void Register_NeedsLock(TargetFolder folder)
    {
        folder.Position = _open.AddLast(folder);
        LinkedListNode<TargetFolder>? oldest = _open.First;
        while (_open.Count > _openDirectories && oldest is not null && oldest.Value != folder)
        {
            LinkedListNode<TargetFolder>? next = oldest.Next;
            if (oldest.Value.Holders == 0 && oldest.Value.Parent is not null)
            {
                oldest.Value.CloseDescriptor();
                _open.Remove(oldest);
            }

            oldest = next;
        }
    }

    private OsError Reopen(TargetFolder folder)
    {
        var closed = new Stack<TargetFolder>();
        TargetFolder at = folder;
        for (; at.Descriptor < 0; at = at.Parent)
        {
            closed.Push(at);
            if (at.Parent is null) return OsError.FromErrno(Errno.EBADF);
        }

        while (closed.TryPop(out TargetFolder? next))
        {
            OsError error = next.OpenAgain(at.Descriptor);
            if (error.IsError) return error;
            Register_NeedsLock(next);
            at = next;
        }

        return OsError.None;
    }

    // umask(2) can only be read by changing it, which other threads would see.
    private static uint ReadUmask()
    {
        const uint careful = 0x3f;
        if (Descriptors.ReadFile("/proc/self/status", 64 << 10, out byte[] status).IsError) return careful;
        int at = status.AsSpan().IndexOf("\nUmask:\t"u8);
        if (at < 0) return careful;
        uint mask = 0;
        foreach (byte digit in status.AsSpan(at + 8))
        {
            if (digit is < (byte)'0' or > (byte)'7') break;
            mask = mask << 3 | (uint)(digit - '0');
        }

        return mask;
    }
}
