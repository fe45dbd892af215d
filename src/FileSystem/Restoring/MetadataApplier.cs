using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Restoring;

/// <summary>
/// Gives an open entry its metadata in the one order that works: owner (clears set-id bits and capabilities), mode,
/// attributes (an access list may narrow the mode), times (all before would touch the change time only), inode
/// flags (immutable forbids all the rest). What the target refuses is collected, not thrown.
/// </summary>
internal readonly unsafe ref struct MetadataApplier(
    RestoreTarget target, int descriptor, ICollection<Shortfall> shortfalls)
{
    private const uint SetIdBits = 0xc00, AllModeBits = 0xfff;

    private bool Wants(RestoreAspects aspect) => (target.Aspects & aspect) != 0;

    public void ApplyToFile(in WantedMetadata wanted, TargetFolder folder, bool hasFinalMode)
    {
        uint mode = wanted.Basic.Mode;
        if (folder.IsOurs)
        {
            mode = ApplyOwner(in wanted, folder.Found.Uid, folder.Found.Gid, mode);
        }
        else if (Wants(RestoreAspects.Owner))
        {
            // Set-group directories and mount options decide the new file's group: look instead of guessing.
            OsError error = Statx.Of(descriptor, out FileMetadata found);
            mode = ApplyOwner(in wanted, error.IsError ? uint.MaxValue : found.Uid, found.Gid, mode);
        }

        if (folder.InheritsAccessList && Wants(RestoreAspects.Xattrs)) RemoveOthers(wanted.Xattrs);
        if (Wants(RestoreAspects.Mode) && !hasFinalMode) Check(ShortfallKind.Mode, Libc.fchmod(descriptor, mode));
        ApplyXattrs(wanted.Xattrs, isPathOnly: false);
        ApplyTimes(wanted.Basic.Modified);
    }

    public void ApplyToDirectory(in WantedMetadata wanted, in FileMetadata found, bool isFresh)
    {
        uint mode = ApplyOwner(in wanted, found.Uid, found.Gid, wanted.Basic.Mode);
        if (!isFresh && Wants(RestoreAspects.Xattrs)) RemoveOthers(wanted.Xattrs);
        if (Wants(RestoreAspects.Mode)) Check(ShortfallKind.Mode, Libc.fchmod(descriptor, mode));
        else if (isFresh) Check(ShortfallKind.Mode, Libc.fchmod(descriptor, 0x1ff & ~target.Umask));
        ApplyXattrs(wanted.Xattrs, isPathOnly: false);
        ApplyTimes(wanted.Basic.Modified);
        ApplyInodeFlags(in wanted);
    }

    /// <summary>For an O_PATH descriptor of a link, FIFO, socket or device.</summary>
    public void ApplyToNode(in WantedMetadata wanted, in FileMetadata found)
    {
        uint mode = ApplyOwner(in wanted, found.Uid, found.Gid, wanted.Basic.Mode);
        if (wanted.Basic.Type != EntryType.SymbolicLink)
        {
            if (!Wants(RestoreAspects.Mode)) mode = 0x1b6 & ~target.Umask;
            fixed (byte* path = OwnPath(stackalloc byte[32])) Check(ShortfallKind.Mode, Libc.chmod(path, mode));
        }

        ApplyXattrs(wanted.Xattrs, isPathOnly: true);
        ApplyTimes(wanted.Basic.Modified, isPathOnly: true);
    }

    public void ApplyInodeFlags(in WantedMetadata wanted)
    {
        if (!Wants(RestoreAspects.InodeFlags)) return;
        if (wanted.ProjectId != 0)
            Check(ShortfallKind.ProjectId, InodeAttributes.WriteProjectId(descriptor, wanted.ProjectId));
        if (wanted.InodeFlags != InodeFlags.None)
            Check(ShortfallKind.InodeFlags, InodeAttributes.WriteFlags(descriptor, wanted.InodeFlags));
    }

    /// <summary>
    /// Gives the mode that may be set: without set-id bits when the owner is not the one they were meant for.
    /// </summary>
    private uint ApplyOwner(in WantedMetadata wanted, uint uid, uint gid, uint mode)
    {
        if (!Wants(RestoreAspects.Owner)) return mode & ~SetIdBits;
        uint wantedUid = wanted.Basic.Uid, wantedGid = wanted.Basic.Gid;
        if (wantedUid == uid && wantedGid == gid) return mode & AllModeBits;
        if (Chown(wantedUid, wantedGid) == 0) return mode & AllModeBits;
        Check(ShortfallKind.Owner, OsError.Last());
        // Without the right to give files away the group alone may still be one of ours.
        if (wantedGid != gid) _ = Chown(uint.MaxValue, wantedGid);
        if ((mode & SetIdBits) != 0)
            shortfalls.Add(new Shortfall(ShortfallKind.SetIdBits, "", OsError.FromErrno(Errno.EPERM)));
        return mode & AllModeBits & ~SetIdBits;
    }

    private int Chown(uint uid, uint gid)
    {
        byte empty = 0;
        return Libc.fchownat(descriptor, &empty, uid, gid, Libc.AT_EMPTY_PATH | Libc.AT_SYMLINK_NOFOLLOW);
    }

    private void ApplyTimes(FileTime modified, bool isPathOnly = false)
    {
        if (!Wants(RestoreAspects.Times)) return;
        TimeSpec* times = stackalloc TimeSpec[2];
        times[0] = TimeSpec.Omit;
        times[1] = TimeSpec.Of(modified);
        byte empty = 0;
        int status = isPathOnly
            ? Libc.utimensat(descriptor, &empty, times, Libc.AT_EMPTY_PATH | Libc.AT_SYMLINK_NOFOLLOW)
            : Libc.futimens(descriptor, times);
        Check(ShortfallKind.Times, status);
    }

    private void ApplyXattrs(XattrSet? xattrs, bool isPathOnly)
    {
        if (xattrs is null || !Wants(RestoreAspects.Xattrs)) return;
        fixed (byte* path = OwnPath(stackalloc byte[32]))
        {
            for (int i = 0; i < xattrs.Count; i++)
            {
                byte* name = xattrs.NamePointer(i), value = xattrs.ValuePointer(i);
                var bytes = (nuint)xattrs.Value(i).Length;
                int status = isPathOnly
                    ? Libc.setxattr(path, name, value, bytes, 0)
                    : Libc.fsetxattr(descriptor, name, value, bytes, 0);
                if (status != 0) AddXattr(OsError.Last(), xattrs.Name(i));
            }
        }
    }

    /// <summary>Takes away inherited access lists, and a directory's attributes from before the restore.</summary>
    private void RemoveOthers(XattrSet? wanted)
    {
        using var present = new XattrSet();
        if (Xattrs.ReadOpen(descriptor, present).IsError) return;
        for (int i = 0; i < present.Count; i++)
        {
            ReadOnlySpan<byte> name = present.Name(i);
            bool isRemovable = name.StartsWith("user."u8) || name.StartsWith("trusted."u8)
                || name.StartsWith("system.posix_acl"u8);
            if (!isRemovable || (wanted is not null && wanted.IndexOf(name) >= 0)) continue;
            if (Libc.fremovexattr(descriptor, present.NamePointer(i)) != 0) AddXattr(OsError.Last(), name);
        }
    }

    // The magic link leads to the very inode of the descriptor, also when that is a symbolic link.
    private Span<byte> OwnPath(Span<byte> space)
    {
        _ = Xattrs.WriteDescriptorPath(space, descriptor);
        return space;
    }

    private void AddXattr(OsError error, ReadOnlySpan<byte> name) =>
        shortfalls.Add(new Shortfall(ShortfallKind.Xattr, PathText.Render(name), error));

    private void Check(ShortfallKind what, int status)
    {
        if (status != 0) Check(what, OsError.Last());
    }

    private void Check(ShortfallKind what, OsError error)
    {
        if (error.IsError) shortfalls.Add(new Shortfall(what, "", error));
    }
}
