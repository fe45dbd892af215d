using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Walking;

/// <summary>
/// Walks chosen paths of one volume in listing order, one entry at a time, on one thread. Starts with the volume's
/// root (empty path) and the directories on the way. Invariants:
/// 1. A path is reached only through open directories, name by name, never following a link: trees of any depth
///    and paths of any length work, and a directory that is swapped for a link is an error, not a detour.
/// 2. Every entry whose mount differs from the root's is a boundary, so nothing of another volume gets in even when
///    something is mounted during the walk.
/// 3. One getdents sequence, open and close per directory, one statx per admitted entry, nothing else.
/// </summary>
public sealed unsafe partial class TreeWalker : IDisposable
{
    private const ulong SnapshotStandInInode = 2; // BTRFS_EMPTY_SUBVOL_DIR_OBJECTID
    private const ulong MountRootAttribute = 0x2000; // STATX_ATTR_MOUNT_ROOT

    private readonly VolumeRoot _root;
    private readonly ChosenPaths _chosen;
    private readonly WalkOptions _options;
    private readonly IWalkFilter? _filter;
    private readonly NameStack _names = new();
    private readonly NativeBytes _path = new(8 << 10);
    private readonly DirectoryStream _stream = new();
    private WalkFrame[] _frames = new WalkFrame[32];
    private int _depth;
    private int _pathLength, _nameStart;
    private FileMetadata _metadata;
    private Step _step = Step.Start;
    private OsError _contentsError;
    private int _chosenFrom, _chosenEnd;

    /// <param name="chosen">
    /// Paths relative to the root, without "." or ".."; the empty one chooses the whole volume.
    /// </param>
    public TreeWalker(VolumeRoot root, IEnumerable<byte[]> chosen, WalkOptions options)
    {
        _root = root;
        _chosen = new ChosenPaths(chosen);
        _options = options;
        _filter = options.Filter;
    }

    /// <summary>Where the walk stands within the current entry.</summary>
    private enum Step : byte
    {
        Start,

        /// <summary>The current entry has no contents to go into.</summary>
        Leaf,

        /// <summary>A directory whose contents come next.</summary>
        Directory,

        /// <summary>The same, already read: its frame is the top one.</summary>
        Opened,

        /// <summary>A directory whose contents could not be read; told next.</summary>
        Unreadable,

        End,
    }

    public WalkKind Kind { get; private set; }

    public BoundaryKind Boundary { get; private set; }

    /// <summary>What went wrong, for <see cref="WalkKind.Error"/> and <see cref="WalkKind.Missing"/>.</summary>
    public OsError Error { get; private set; }

    /// <summary>Components of <see cref="Path"/>: 0 for the volume's root.</summary>
    public int Depth { get; private set; }

    /// <summary>Last component of the path; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Name => _path.Slice(_nameStart, _pathLength - _nameStart);

    /// <summary>Relative to the volume's root; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Path => _path.Slice(0, _pathLength);

    /// <summary>Zero for errors and missing paths.</summary>
    public ref readonly FileMetadata Metadata => ref _metadata;

    /// <summary>Entries that disappeared between the reading of their directory and the look at them.</summary>
    public long VanishedCount { get; private set; }

    /// <summary>The next entry; false at the end.</summary>
    public bool MoveNext()
    {
        switch (_step)
        {
            case Step.Start:
                return StartAtRoot();
            case Step.Directory when !EnterCurrent():
            case Step.Unreadable:
                return Report(WalkKind.Error, _contentsError, Depth);
            case Step.End:
                return false;
        }

        while (_depth > 0)
        {
            ref WalkFrame frame = ref _frames[_depth - 1];
            if (frame.IsWay)
            {
                if (frame.NextChosen < frame.EndChosen) return NextChosen(ref frame);
            }
            else if (TryNextName(ref frame, out ReadOnlySpan<byte> name, out EntryType type))
            {
                SetPath(frame.PathLength, name);
                if (_filter is not null && !_filter.Admits(Path, Name, type)) continue;
                if (LookAtCurrent(ref frame)) return true;
                continue;
            }

            if (LeaveDirectory()) return true;
        }

        _step = Step.End;
        return false;
    }

    /// <summary>Passes over the contents of the current directory.</summary>
    public void SkipContents()
    {
        if (_step == Step.Opened) DropFrame();
        if (_step is Step.Opened or Step.Directory or Step.Unreadable) _step = Step.Leaf;
    }

    public void Dispose()
    {
        while (_depth > 0) DropFrame();
        _step = Step.End;
        _names.Dispose();
        _path.Dispose();
        _stream.Dispose();
    }

    private bool StartAtRoot()
    {
        _pathLength = _nameStart = 0;
        Depth = 0;
        _metadata = _root.Metadata;
        _chosenFrom = 0;
        _chosenEnd = _chosen.IsWhole ? 0 : _chosen.Count;
        Kind = _chosen.IsWhole ? WalkKind.Entry : WalkKind.WayOnly;
        _step = Step.Directory;
        return true;
    }

    // One chosen path, or the directory that the next few have in common.
    private bool NextChosen(ref WalkFrame frame)
    {
        int index = frame.NextChosen;
        int start = frame.PathLength == 0 ? 0 : frame.PathLength + 1;
        int end = _chosen.EndOfGroup(index, frame.EndChosen, start);
        frame.NextChosen = end;
        SetPath(frame.PathLength, _chosen.Component(index, start));
        bool isWay = !_chosen.EndsAt(index, _pathLength);
        OsError error = Statx.Of(frame.Descriptor, _path.Pointer + _nameStart, out _metadata);
        if (error.Cause == OsCause.Missing) return Report(WalkKind.Missing, error, _depth);
        if (error.IsError) return Report(WalkKind.Error, error, _depth);
        if (!isWay) return Present();
        if (_metadata.Type != EntryType.Directory)
            return Report(WalkKind.Error, OsError.FromErrno(Errno.ENOTDIR), _depth);
        Present();
        if (Kind != WalkKind.Entry) return true;
        Kind = WalkKind.WayOnly;
        _chosenFrom = index;
        _chosenEnd = end;
        return true;
    }

    private bool LookAtCurrent(ref WalkFrame frame)
    {
        OsError error = Statx.Of(frame.Descriptor, _path.Pointer + _nameStart, out _metadata);
        if (error.Cause == OsCause.Missing)
        {
            VanishedCount++;
            return false;
        }

        if (error.IsError) return Report(WalkKind.Error, error, _depth);
        if (_filter is not null && !_filter.Admits(Path, Name, in _metadata)) return false;
        return Present();
    }

    private bool Present()
    {
        _chosenFrom = _chosenEnd = 0;
        Error = OsError.None;
        Boundary = BoundaryOf(in _metadata);
        Kind = Boundary == BoundaryKind.None ? WalkKind.Entry : WalkKind.Boundary;
        Depth = _depth;
        _step = Kind == WalkKind.Entry && _metadata.Type == EntryType.Directory ? Step.Directory : Step.Leaf;
        return true;
    }

    private bool Report(WalkKind kind, OsError error, int depth)
    {
        Depth = depth;
        _metadata = default;
        _step = Step.Leaf;
        Boundary = BoundaryKind.None;
        Kind = kind;
        Error = error;
        return true;
    }

    // Overlay file systems give files other device numbers than directories, so only directories are compared.
    private BoundaryKind BoundaryOf(in FileMetadata entry)
    {
        if (entry.MountId != _root.Metadata.MountId || (entry.Attributes & MountRootAttribute) != 0)
            return BoundaryKind.Mount;
        if (entry.Type != EntryType.Directory) return BoundaryKind.None;
        if (_root.IsBtrfs && entry.Inode == SnapshotStandInInode) return BoundaryKind.SubvolumeLeftOut;
        if (entry.Device == _root.Metadata.Device) return BoundaryKind.None;
        return _root.IsBtrfs ? BoundaryKind.Subvolume : BoundaryKind.Mount;
    }

    private bool TryNextName(ref WalkFrame frame, out ReadOnlySpan<byte> name, out EntryType type)
    {
        if (frame.Spilled is { } spilled) return spilled.TryNext(out name, out type);
        if (frame.NextName == frame.EndName)
        {
            name = default;
            type = EntryType.Unknown;
            return false;
        }

        ref readonly NameEntry entry = ref _names[frame.NextName++];
        name = _names.NameOf(entry);
        type = entry.Type;
        return true;
    }

    private void SetPath(int parentLength, ReadOnlySpan<byte> name)
    {
        int start = parentLength == 0 ? 0 : parentLength + 1;
        int length = start + name.Length;
        if (length + 1 > _path.Capacity) _path.EnsureCapacity(length + 1);
        byte* path = _path.Pointer;
        if (parentLength > 0) path[parentLength] = (byte)'/';
        name.CopyTo(new Span<byte>(path + start, name.Length));
        path[length] = 0;
        _nameStart = start;
        _pathLength = length;
    }
}
