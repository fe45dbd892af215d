using System.Runtime.InteropServices;
using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Walking;

/// <summary>Going into directories and out again with a bounded number of descriptors.</summary>
public sealed unsafe partial class TreeWalker
{
    /// <summary>Opens the current directory and reads its names; on success its frame is the top one.</summary>
    private bool EnterCurrent()
    {
        Invariant.Holds(_step == Step.Directory);
        bool isWay = Kind == WalkKind.WayOnly;
        if (_pathLength > Limits.PathBytes) return Fail(OsError.FromErrno(Errno.ENAMETOOLONG));
        int descriptor = OpenCurrent(isWay);
        if (descriptor < 0) return Fail(OsError.Last());
        if (_depth == _frames.Length) Array.Resize(ref _frames, _depth * 2);
        ref WalkFrame frame = ref _frames[_depth++];
        frame = new WalkFrame
        {
            Descriptor = descriptor,
            PathLength = _pathLength,
            FirstName = _names.Count,
            FirstByte = _names.Bytes,
            Inode = _metadata.Inode,
            Device = _metadata.Device,
            IsWay = isWay,
            NextChosen = _chosenFrom,
            EndChosen = _chosenEnd,
        };
        if (!isWay) ReadNames(ref frame);
        CloseFarAncestor();
        _step = Step.Opened;
        return true;
    }

    private bool Fail(OsError error)
    {
        _contentsError = error;
        _step = Step.Unreadable;
        return false;
    }

    private int OpenCurrent(bool isWay)
    {
        // The root's own descriptor is copied through "." so that reading it twice starts afresh each time.
        byte* self = stackalloc byte[] { (byte)'.', 0 };
        byte* name = _depth == 0 ? self : _path.Pointer + _nameStart;
        int parent = _depth == 0 ? _root.Descriptor : _frames[_depth - 1].Descriptor;
        int descriptor = SourceFile.OpenQuietly(parent, name, DirectoryFlags, _metadata.Uid);
        // A directory on the way need not be readable, only passable.
        if (descriptor < 0 && isWay && Marshal.GetLastPInvokeError() == Errno.EACCES)
            descriptor = Libc.openat(parent, name, DirectoryFlags | Libc.O_PATH, 0);
        return descriptor;
    }

    private void ReadNames(ref WalkFrame frame)
    {
        _stream.Start(frame.Descriptor);
        while (_stream.TryNext(out ReadOnlySpan<byte> name, out EntryType type, out frame.Pending))
        {
            _names.Push(name, type);
            if (IsFull(in frame)) Spill(ref frame);
        }

        if (frame.Spilled is { } spilled)
        {
            Spill(ref frame);
            spilled.StartReading();
        }
        else
        {
            _names.Sort(frame.FirstName);
        }

        frame.NextName = frame.FirstName;
        frame.EndName = _names.Count;
    }

    private bool IsFull(in WalkFrame frame)
    {
        int own = _names.Bytes - frame.FirstByte + (_names.Count - frame.FirstName) * sizeof(NameEntry);
        if (own < Math.Min(_options.DirectoryNamesBytes, Limits.SpillFloorBytes)) return false;
        return own >= _options.DirectoryNamesBytes || _names.TotalBytes >= Limits.WalkNamesBytes;
    }

    private void Spill(ref WalkFrame frame)
    {
        frame.Spilled ??= new SpilledNames(_options.SpillFolder);
        _names.Sort(frame.FirstName);
        frame.Spilled.AddRun(_names, frame.FirstName);
        _names.Truncate(frame.FirstName, frame.FirstByte);
    }

    /// <summary>Leaves the top directory; true when its names broke off, which is told now.</summary>
    private bool LeaveDirectory()
    {
        ref WalkFrame frame = ref _frames[_depth - 1];
        OsError pending = frame.Pending;
        ReopenParent(in frame);
        if (pending.IsError) SetPathToFrame(in frame);
        DropFrame();
        return pending.IsError && Report(WalkKind.Error, pending, _depth);
    }

    private void DropFrame()
    {
        ref WalkFrame frame = ref _frames[--_depth];
        if (frame.Descriptor >= 0) _ = Libc.close(frame.Descriptor);
        frame.Spilled?.Dispose();
        _names.Truncate(frame.FirstName, frame.FirstByte);
        frame = default;
    }

    private void CloseFarAncestor()
    {
        int far = _depth - 1 - _options.OpenDirectories;
        if (far < 0 || _frames[far].Descriptor < 0) return;
        _ = Libc.close(_frames[far].Descriptor);
        _frames[far].Descriptor = -1;
    }

    /// <summary>
    /// Opens the directory above the top one if it was closed: through "..", which is right unless something was
    /// moved, else name by name from the root; either way only when it is the same directory as before.
    /// A directory that cannot be found again loses the rest of its names, which is told when it is left.
    /// </summary>
    private void ReopenParent(in WalkFrame top)
    {
        if (_depth < 2 || _frames[_depth - 2].Descriptor >= 0) return;
        ref WalkFrame parent = ref _frames[_depth - 2];
        byte* up = stackalloc byte[] { (byte)'.', (byte)'.', 0 };
        int descriptor = Libc.openat(top.Descriptor, up, DirectoryFlags, 0);
        OsError error = descriptor < 0 ? OsError.Last() : OsError.None;
        if (!IsSame(descriptor, in parent)) descriptor = ReopenFromRoot(_depth - 2);
        parent.Descriptor = descriptor;
        if (descriptor >= 0) return;
        parent.NextName = parent.EndName;
        parent.NextChosen = parent.EndChosen;
        parent.Spilled?.Dispose();
        parent.Spilled = null;
        parent.Pending = error.Cause == OsCause.TooManyOpenFiles ? error : OsError.Replaced;
    }

    private int ReopenFromRoot(int index)
    {
        int descriptor = Libc.dup(_root.Descriptor);
        for (int i = 1; i <= index && descriptor >= 0; i++)
        {
            int start = _frames[i - 1].PathLength == 0 ? 0 : _frames[i - 1].PathLength + 1;
            byte[] name = Descriptors.Terminated(_path.Slice(start, _frames[i].PathLength - start));
            int above = descriptor;
            fixed (byte* pointer = name) descriptor = Libc.openat(above, pointer, DirectoryFlags, 0);
            _ = Libc.close(above);
        }

        return IsSame(descriptor, in _frames[index]) ? descriptor : -1;
    }

    private static int DirectoryFlags => Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;

    /// <summary>Closes the descriptor when the answer is no.</summary>
    private static bool IsSame(int descriptor, in WalkFrame frame)
    {
        if (descriptor < 0) return false;
        OsError error = Statx.Of(descriptor, out FileMetadata found);
        if (!error.IsError && found.Inode == frame.Inode && found.Device == frame.Device) return true;
        _ = Libc.close(descriptor);
        return false;
    }

    private void SetPathToFrame(in WalkFrame frame)
    {
        _pathLength = frame.PathLength;
        _path.Pointer[_pathLength] = 0;
        _nameStart = Path.LastIndexOf((byte)'/') + 1;
    }
}
