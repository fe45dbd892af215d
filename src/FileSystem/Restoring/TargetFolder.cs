using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Restoring;

/// <summary>
/// A directory below a restore target, counted: it stays usable until whoever entered it and every file open in it
/// have let go.
/// </summary>
public sealed unsafe partial class TargetFolder
{
    private readonly byte[] _name;
    private readonly FileMetadata _found;
    private readonly bool _hasDefaultAccessList;
    private int _references = 1;

    private TargetFolder(
        RestoreTarget target, TargetFolder? parent, byte[] name, int descriptor, bool isOurs, in FileMetadata found)
    {
        Target = target;
        Parent = parent;
        _name = name;
        Descriptor = descriptor;
        IsOurs = isOurs;
        _found = found;
        _hasDefaultAccessList = isOurs ? parent!._hasDefaultAccessList : HasDefaultAccessList(descriptor);
    }

    /// <summary>
    /// Made by this restore: nobody else can write in it yet, and new entries get the owner that it has.
    /// </summary>
    public bool IsOurs { get; }

    internal RestoreTarget Target { get; }

    internal TargetFolder? Parent { get; }

    internal int Descriptor { get; private set; }

    /// <summary>Calls under way on the descriptor; under the target's lock.</summary>
    internal int Holders { get; set; }

    internal LinkedListNode<TargetFolder>? Position { get; set; }

    internal FileMetadata Found => _found;

    /// <summary>New entries inherit an access list here, which overrules the mode they are made with.</summary>
    internal bool InheritsAccessList => _hasDefaultAccessList;

    /// <summary>The mode given at creation is what a new entry has: false on file systems without modes.</summary>
    internal bool HonoursModes => IsOurs && !_hasDefaultAccessList && (_found.Mode & 0x1ff) == 0x1c0;

    /// <summary>
    /// The directory of that name, made (0700, for us alone until it is finished) when there is none. Something else
    /// in its place, a link above all, is an error.
    /// </summary>
    /// <param name="atBirth">
    /// The flags that it is to have in the end; set now are only those that an empty directory alone can be given.
    /// All others wait for the finish: immutable would keep the contents out, the rest would be inherited by them.
    /// </param>
    public OsError Enter(ReadOnlySpan<byte> name, out TargetFolder? folder, InodeFlags atBirth = InodeFlags.None) =>
        Enter(name, mayCreate: true, atBirth, out folder);

    /// <summary>The same, without making it.</summary>
    public OsError EnterExisting(ReadOnlySpan<byte> name, out TargetFolder? folder) =>
        Enter(name, mayCreate: false, InodeFlags.None, out folder);

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Lets go; the last one closes the directory.</summary>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        Invariant.Holds(left >= 0);
        if (left > 0) return;
        Target.Close(this);
        Parent?.Release();
    }

    /// <summary>
    /// Gives the directory its metadata; after everything in it is done. Does not let go of it.
    /// </summary>
    public OsError Finish(in WantedMetadata wanted, ICollection<Shortfall> shortfalls)
    {
        OsError error = Target.Hold(this, out int descriptor);
        if (error.IsError) return error;
        var applier = new MetadataApplier(Target, descriptor, shortfalls);
        applier.ApplyToDirectory(in wanted, in _found, isFresh: IsOurs && !_hasDefaultAccessList);
        Target.GiveBack(this);
        return OsError.None;
    }

    internal static OsError Adopt(
        RestoreTarget target, TargetFolder? parent, byte[] name, int descriptor, bool isOurs, out TargetFolder? folder)
    {
        folder = null;
        OsError error = Statx.Of(descriptor, out FileMetadata found);
        if (error.IsError)
        {
            _ = Libc.close(descriptor);
            return error;
        }

        // Someone may have put a directory of theirs in place of the one just made.
        isOurs = isOurs && found.Uid == Account.EffectiveUid;
        folder = new TargetFolder(target, parent, name, descriptor, isOurs, in found);
        parent?.AddReference();
        target.Register(folder);
        return OsError.None;
    }

    internal void CloseDescriptor()
    {
        if (Descriptor >= 0) _ = Libc.close(Descriptor);
        Descriptor = -1;
    }

    internal OsError OpenAgain(int parent)
    {
        fixed (byte* name = EntryName.Terminate(_name, stackalloc byte[EntryName.StackBytes]))
        {
            int descriptor = Libc.openat(parent, name, DirectoryFlags, 0);
            if (descriptor < 0) return OsError.Last();
            OsError error = Statx.Of(descriptor, out FileMetadata found);
            if (!error.IsError && !found.IsSameFileAs(_found)) error = OsError.Replaced;
            if (error.IsError) _ = Libc.close(descriptor);
            else Descriptor = descriptor;
            return error;
        }
    }

    private static int DirectoryFlags => Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;

    private OsError Enter(ReadOnlySpan<byte> name, bool mayCreate, InodeFlags atBirth, out TargetFolder? folder)
    {
        folder = null;
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int parent);
            if (error.IsError) return error;
            bool isMade = mayCreate && Libc.mkdirat(parent, path, 0x1c0) == 0;
            if (mayCreate && !isMade) error = OsError.Last();
            int descriptor = -1;
            if (!error.IsError || error.Cause == OsCause.Exists)
            {
                descriptor = Libc.openat(parent, path, DirectoryFlags, 0);
                if (descriptor < 0) error = OsError.Last();
            }

            Target.GiveBack(this);
            if (descriptor < 0) return error;
            if (isMade && (atBirth & InodeFlags.CaseFold) != 0)
                _ = InodeAttributes.WriteFlags(descriptor, InodeFlags.CaseFold);
            return Adopt(Target, this, name.ToArray(), descriptor, isMade, out folder);
        }
    }

    private static bool HasDefaultAccessList(int descriptor)
    {
        fixed (byte* name = "system.posix_acl_default\0"u8) return Libc.fgetxattr(descriptor, name, null, 0) > 0;
    }
}
