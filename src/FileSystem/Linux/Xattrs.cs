using System.Text;

namespace Coffer.FileSystem.Linux;

/// <summary>
/// Extended attributes, ACLs and capabilities included: by descriptor where there is a real one, else by the
/// calls that do not follow links, under the directory's /proc/self/fd path, which stays short however deep it is.
/// </summary>
internal static unsafe class Xattrs
{
    private static readonly byte[] DescriptorPath = Encoding.ASCII.GetBytes("/proc/self/fd/");

    public static OsError ReadOpen(int descriptor, XattrSet set) => Read(new ByDescriptor(descriptor), set);

    /// <summary>Of a name below an open directory, the entry itself when it is a symbolic link.</summary>
    public static OsError ReadNamed(int directory, ReadOnlySpan<byte> name, XattrSet set)
    {
        Span<byte> path = stackalloc byte[DescriptorPath.Length + 12 + 260];
        int length = WriteDescriptorPath(path, directory);
        if (length + name.Length + 2 > path.Length) path = new byte[length + name.Length + 2];
        length = WriteDescriptorPath(path, directory);
        path[length++] = (byte)'/';
        name.CopyTo(path[length..]);
        path[length + name.Length] = 0;
        fixed (byte* pointer = path) return Read(new ByPath(pointer), set);
    }

    /// <summary>Writes "/proc/self/fd/N" and a NUL; gives the length without it.</summary>
    public static int WriteDescriptorPath(Span<byte> target, int descriptor)
    {
        DescriptorPath.CopyTo(target);
        _ = descriptor.TryFormat(target[DescriptorPath.Length..], out int digits);
        target[DescriptorPath.Length + digits] = 0;
        return DescriptorPath.Length + digits;
    }

    private static OsError Read<TAccess>(TAccess access, XattrSet set) where TAccess : struct, IAccess
    {
        set.Clear();
        byte* names = stackalloc byte[1024];
        nint length = access.List(names, 1024);
        if (length > 0) return ReadValues(access, new ReadOnlySpan<byte>(names, (int)length), set);
        if (length == 0) return OsError.None;
        OsError error = OsError.Last();
        if (error.Code == Errno.EOPNOTSUPP) return OsError.None;
        if (error.Code != Errno.ERANGE) return error;

        var large = new byte[Limits.XattrNamesBytes];
        fixed (byte* pointer = large) length = access.List(pointer, (nuint)large.Length);
        return length < 0 ? OsError.Last() : ReadValues(access, large.AsSpan(0, (int)length), set);
    }

    private static OsError ReadValues<TAccess>(TAccess access, ReadOnlySpan<byte> names, XattrSet set)
        where TAccess : struct, IAccess
    {
        OsError worst = OsError.None;
        while (!names.IsEmpty)
        {
            int end = names.IndexOf((byte)0);
            if (end < 0) break;
            OsError error = ReadValue(access, names[..end], set);
            if (error.IsError) worst = error;
            names = names[(end + 1)..];
        }

        set.Sort();
        return worst;
    }

    private static OsError ReadValue<TAccess>(TAccess access, ReadOnlySpan<byte> name, XattrSet set)
        where TAccess : struct, IAccess
    {
        if (set.UsedBytes > Limits.XattrSetBytes) return OsError.FromErrno(Errno.E2BIG);
        int start = set.AppendName(name);
        int room = Math.Max(set.FreeBytes, 512);
        byte* value = set.ReserveValue(room);
        nint length = access.Get(set.PointerAt(start), value, (nuint)room);
        if (length < 0 && OsError.Last().Code == Errno.ERANGE)
        {
            value = set.ReserveValue(Limits.XattrValueBytes);
            length = access.Get(set.PointerAt(start), value, Limits.XattrValueBytes);
        }

        if (length >= 0)
        {
            set.AppendEntry(start, name.Length, (int)length);
            return OsError.None;
        }

        OsError error = OsError.Last();
        set.DropName(start);
        return error.Code == Errno.ENODATA ? OsError.None : error; // removed since the list was made
    }

    private interface IAccess
    {
        nint List(byte* names, nuint bytes);

        nint Get(byte* name, byte* value, nuint bytes);
    }

    private readonly struct ByDescriptor(int descriptor) : IAccess
    {
        public nint List(byte* names, nuint bytes) => Libc.flistxattr(descriptor, names, bytes);

        public nint Get(byte* name, byte* value, nuint bytes) => Libc.fgetxattr(descriptor, name, value, bytes);
    }

    private readonly struct ByPath(byte* path) : IAccess
    {
        public nint List(byte* names, nuint bytes) => Libc.llistxattr(path, names, bytes);

        public nint Get(byte* name, byte* value, nuint bytes) => Libc.lgetxattr(path, name, value, bytes);
    }
}
