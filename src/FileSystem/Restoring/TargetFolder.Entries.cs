using System.Security.Cryptography;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Restoring;

/// <summary>What can be made, looked at, renamed and removed in a target folder; every name is one component.</summary>
public sealed unsafe partial class TargetFolder
{
    /// <summary>Leftovers of a restore that was cut off begin so, and may be removed.</summary>
    public static ReadOnlySpan<byte> TemporaryPrefix => ".coffer-restore-"u8;

    /// <summary>
    /// A new file; an error of cause <see cref="OsCause.Exists"/> when the name is taken, by a link too.
    /// </summary>
    public OsError CreateFile(ReadOnlySpan<byte> name, in WantedMetadata wanted, out TargetFile? file) =>
        TargetFile.Create(this, name, default, in wanted, out file);

    /// <summary>
    /// A file that takes the place of what has the name now, in one step, when it is finished; until then it has a
    /// temporary name. A directory is not replaced.
    /// </summary>
    public OsError ReplaceFile(ReadOnlySpan<byte> name, in WantedMetadata wanted, out TargetFile? file)
    {
        _ = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]);
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        byte[] temporary = [.. TemporaryPrefix, .. Convert.ToHexStringLower(random).Select(static c => (byte)c)];
        return TargetFile.Create(this, temporary, name, in wanted, out file);
    }

    /// <summary>A symbolic link; its target is not looked at.</summary>
    public OsError CreateLink(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> linkTarget, in WantedMetadata wanted,
        ICollection<Shortfall> shortfalls)
    {
        byte[] target = Descriptors.Terminated(linkTarget);
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        fixed (byte* targetBytes = target)
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            error = Libc.symlinkat(targetBytes, folder, path) == 0 ? OsError.None : OsError.Last();
            if (!error.IsError) error = FinishNode(folder, path, in wanted, shortfalls);
            Target.GiveBack(this);
            return error;
        }
    }

    /// <summary>A FIFO, socket or device, by the wanted type and device numbers.</summary>
    public OsError CreateNode(ReadOnlySpan<byte> name, in WantedMetadata wanted, ICollection<Shortfall> shortfalls)
    {
        uint type = wanted.Basic.Type switch
        {
            EntryType.Fifo => 0x1000,
            EntryType.Socket => 0xc000,
            EntryType.CharacterDevice => 0x2000,
            EntryType.BlockDevice => 0x6000,
            _ => throw new ArgumentException("not a node", nameof(wanted)),
        };
        bool isDevice = type is 0x2000 or 0x6000;
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            ulong device = isDevice ? EncodeDevice(wanted.Basic.NodeMajor, wanted.Basic.NodeMinor) : 0;
            error = Libc.mknodat(folder, path, type | 0x180, device) == 0 ? OsError.None : OsError.Last();
            if (!error.IsError) error = FinishNode(folder, path, in wanted, shortfalls);
            Target.GiveBack(this);
            return error;
        }
    }

    /// <summary>
    /// A further name for a file of this restore. Fails with <see cref="OsCause.Replaced"/>, leaving nothing, when
    /// the first name no longer is <paramref name="expected"/>.
    /// </summary>
    public OsError AddName(ReadOnlySpan<byte> name, TargetFolder from, ReadOnlySpan<byte> fromName,
        in FileMetadata expected)
    {
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        fixed (byte* source = EntryName.Terminate(fromName, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            error = from.Target.Hold(from, out int fromFolder);
            if (!error.IsError)
            {
                error = Libc.linkat(fromFolder, source, folder, path, 0) == 0 ? OsError.None : OsError.Last();
                if (error.Code == Errno.EPERM) error = AddNameToGuarded(folder, path, fromFolder, source, in expected);
                from.Target.GiveBack(from);
                if (!error.IsError)
                {
                    error = Statx.Of(folder, path, out FileMetadata found);
                    if (!error.IsError && !found.IsSameFileAs(expected)) error = OsError.Replaced;
                    if (error.IsError) _ = Libc.unlinkat(folder, path, 0);
                }
            }

            Target.GiveBack(this);
            return error;
        }
    }

    // Immutable and append-only files take no further name. The file got those flags from this restore, so it may lift
    // them for one call; one at a time, so that none sees another's lifted flags as the file's own.
    private OsError AddNameToGuarded(int folder, byte* path, int fromFolder, byte* source, in FileMetadata expected)
    {
        const InodeFlags guards = InodeFlags.Immutable | InodeFlags.AppendOnly;
        OsError error = SourceFile.Open(fromFolder, source, in expected, out SourceFile? file);
        if (error.IsError) return OsError.FromErrno(Errno.EPERM);
        using (file)
            lock (Target.Guarding)
            {
                file!.ReadInodeFlags(out InodeFlags flags, out _);
                if ((flags & guards) != 0) error = InodeAttributes.WriteFlags(file.Descriptor, flags & ~guards);
                if (error.IsError) return error;
                error = Libc.linkat(fromFolder, source, folder, path, 0) == 0 ? OsError.None : OsError.Last();
                OsError back = InodeAttributes.WriteFlags(file.Descriptor, flags);
                return error.IsError ? error : back;
            }
    }

    public OsError Stat(ReadOnlySpan<byte> name, out FileMetadata metadata)
    {
        metadata = default;
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            error = Statx.Of(folder, path, out metadata);
            Target.GiveBack(this);
            return error;
        }
    }

    /// <summary>Opens an existing regular file to compare it.</summary>
    public OsError OpenExisting(ReadOnlySpan<byte> name, in FileMetadata expected, out SourceFile? file)
    {
        file = null;
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            error = expected.Type == EntryType.File
                ? SourceFile.Open(folder, path, in expected, out file)
                : OsError.FromErrno(Errno.EINVAL);
            Target.GiveBack(this);
            return error;
        }
    }

    public OsError ReadLink(ReadOnlySpan<byte> name, out byte[] target)
    {
        target = [];
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            error = Links.Read(folder, path, out target);
            Target.GiveBack(this);
            return error;
        }
    }

    /// <summary>Attributes of an existing entry, its own when it is a link.</summary>
    public OsError ReadXattrs(ReadOnlySpan<byte> name, XattrSet xattrs)
    {
        _ = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]);
        OsError error = Target.Hold(this, out int folder);
        if (error.IsError) return error;
        error = Xattrs.ReadNamed(folder, name, xattrs);
        Target.GiveBack(this);
        return error;
    }

    /// <summary>Removes a name that is not a directory.</summary>
    public OsError Remove(ReadOnlySpan<byte> name) => Unlink(name, 0);

    public OsError RemoveEmptyFolder(ReadOnlySpan<byte> name) => Unlink(name, Libc.AT_REMOVEDIR);

    /// <summary>Renames within the folder; never over something that exists.</summary>
    public OsError Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* source = EntryName.Terminate(from, stackalloc byte[EntryName.StackBytes]))
        fixed (byte* path = EntryName.Terminate(to, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            if (Libc.renameat2(folder, source, folder, path, Libc.RENAME_NOREPLACE) != 0) error = OsError.Last();
            if (error.Cause == OsCause.NotSupported) error = RenameByLink(folder, source, path);
            Target.GiveBack(this);
            return error;
        }
    }

    // File systems without RENAME_NOREPLACE: a link fails when the name is taken, so nothing is replaced either.
    private static OsError RenameByLink(int folder, byte* from, byte* to)
    {
        if (Libc.linkat(folder, from, folder, to, 0) != 0) return OsError.Last();
        return Libc.unlinkat(folder, from, 0) == 0 ? OsError.None : OsError.Last();
    }

    private OsError Unlink(ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* path = EntryName.Terminate(name, stackalloc byte[EntryName.StackBytes]))
        {
            OsError error = Target.Hold(this, out int folder);
            if (error.IsError) return error;
            if (Libc.unlinkat(folder, path, flags) != 0) error = OsError.Last();
            Target.GiveBack(this);
            return error;
        }
    }

    // A node is held by an O_PATH descriptor from here on, so that a swap of its name changes nothing else.
    private OsError FinishNode(int folder, byte* path, in WantedMetadata wanted, ICollection<Shortfall> shortfalls)
    {
        int descriptor = Libc.openat(folder, path, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (descriptor < 0) return OsError.Last();
        OsError error = Statx.Of(descriptor, out FileMetadata found);
        bool isOurs = found.Type == wanted.Basic.Type && found.LinkCount == 1 && found.Uid == Account.EffectiveUid;
        if (!error.IsError && !isOurs) error = OsError.Replaced;
        if (!error.IsError) new MetadataApplier(Target, descriptor, shortfalls).ApplyToNode(in wanted, in found);
        _ = Libc.close(descriptor);
        return error;
    }

    // glibc's dev_t: 12 low bits of the major at 8, 8 low bits of the minor at 0, the rest above.
    private static ulong EncodeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfff) << 8) | ((ulong)(major & ~0xfffu) << 32) | (minor & 0xff)
            | ((ulong)(minor & ~0xffu) << 12);
}
