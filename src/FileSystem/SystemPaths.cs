using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem;

/// <summary>Absolute paths in bytes, made plain.</summary>
public static unsafe class SystemPaths
{
    /// <summary>The path without links, "." and ".."; everything on it must exist.</summary>
    public static OsError Resolve(ReadOnlySpan<byte> path, out byte[] resolved)
    {
        resolved = [];
        byte* real;
        fixed (byte* pointer = Descriptors.Terminated(path)) real = Libc.realpath(pointer, null);
        if (real == null) return OsError.Last();
        resolved = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(real).ToArray();
        Libc.free(real);
        return OsError.None;
    }

    /// <summary>The same, but the last component stays as it is, a link or not there at all.</summary>
    public static OsError ResolveParent(ReadOnlySpan<byte> path, out byte[] resolved)
    {
        path = path.TrimEnd((byte)'/');
        int slash = path.LastIndexOf((byte)'/');
        ReadOnlySpan<byte> name = path[(slash + 1)..];
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            return Resolve(path.IsEmpty ? "/"u8 : path, out resolved);
        OsError error = Resolve(slash < 0 ? "."u8 : path[..(slash + 1)], out byte[] parent);
        resolved = error.IsError ? [] : parent.Length == 1 ? [.. parent, .. name] : [.. parent, (byte)'/', .. name];
        return error;
    }

    /// <summary>Looks at an absolute path; the last component is not followed.</summary>
    public static OsError Stat(ReadOnlySpan<byte> path, out FileMetadata metadata)
    {
        fixed (byte* pointer = Descriptors.Terminated(path)) return Statx.Of(Libc.AT_FDCWD, pointer, out metadata);
    }

    /// <summary>Free bytes that this user may take, and the size of the file system, at an existing path.</summary>
    public static OsError Space(ReadOnlySpan<byte> path, out long freeBytes, out long totalBytes)
    {
        OsError error = ReadSpace(path, out var space);
        freeBytes = error.IsError ? 0 : Saturated(space.AvailableBlocks, UnitOf(space));
        totalBytes = error.IsError ? 0 : Saturated(space.Blocks, UnitOf(space));
        return error;
    }

    /// <summary>What is taken on a file system; blocks that it keeps for root are free until root takes them.</summary>
    public static OsError UsedSpace(ReadOnlySpan<byte> path, out long usedBytes)
    {
        OsError error = ReadSpace(path, out var space);
        usedBytes = error.IsError || space.FreeBlocks > space.Blocks
            ? 0
            : Saturated(space.Blocks - space.FreeBlocks, UnitOf(space));
        return error;
    }

    private static OsError ReadSpace(ReadOnlySpan<byte> path, out FileSystemMagic.StatFs space)
    {
        space = default;
        int descriptor = Descriptors.Open(Libc.AT_FDCWD, path, Libc.O_PATH);
        if (descriptor < 0) return OsError.Last();
        OsError error = FileSystemMagic.Read(descriptor, out space);
        _ = Libc.close(descriptor);
        return error;
    }

    private static long UnitOf(FileSystemMagic.StatFs space) =>
        space.FragmentSize > 0 ? space.FragmentSize : space.BlockSize;

    /// <summary>The number of the block device that a path names, links followed; 0 when it is none.</summary>
    internal static ulong BlockDeviceAt(ReadOnlySpan<byte> path)
    {
        if (!path.StartsWith("/"u8) || Resolve(path, out byte[] real).IsError) return 0;
        return Stat(real, out FileMetadata metadata).IsError || metadata.Type != EntryType.BlockDevice
            ? 0
            : metadata.NodeDevice;
    }

    private static long Saturated(ulong blocks, long unit) =>
        (long)UInt128.Min((UInt128)blocks * (ulong)unit, long.MaxValue);
}
