using System.Runtime.InteropServices;
using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Machines;

/// <summary>
/// Names of users and groups in both directions, as the system's name service tells them; cached, one thread.
/// </summary>
public sealed unsafe partial class AccountNames
{
    private const int RecordBytes = 64, LargestBuffer = 1 << 20;
    private const int NumberOffset = 16;
    private readonly Dictionary<uint, byte[]> _users = [], _groups = [];
    private readonly Dictionary<string, uint?> _userNumbers = [], _groupNumbers = [];

    private delegate int Lookup(byte* record, byte* buffer, nuint bytes, byte** found);

    /// <summary>Empty when the number has no name here.</summary>
    public ReadOnlySpan<byte> UserName(uint uid)
    {
        if (!_users.TryGetValue(uid, out byte[]? name))
        {
            Find((r, b, n, f) => getpwuid_r(uid, r, b, n, f), out name, out _);
            Keep(_users, uid, name);
        }

        return name;
    }

    /// <summary>Empty when the number has no name here.</summary>
    public ReadOnlySpan<byte> GroupName(uint gid)
    {
        if (!_groups.TryGetValue(gid, out byte[]? name))
        {
            Find((r, b, n, f) => getgrgid_r(gid, r, b, n, f), out name, out _);
            Keep(_groups, gid, name);
        }

        return name;
    }

    /// <summary>Null when nobody has that name here.</summary>
    public uint? UserNumber(ReadOnlySpan<byte> name) => Number(_userNumbers, name, isUser: true);

    /// <summary>Null when no group has that name here.</summary>
    public uint? GroupNumber(ReadOnlySpan<byte> name) => Number(_groupNumbers, name, isUser: false);

    private static uint? Number(Dictionary<string, uint?> cache, ReadOnlySpan<byte> name, bool isUser)
    {
        if (name.IsEmpty || name.Contains((byte)0)) return null;
        string key = PathText.Render(name);
        if (cache.TryGetValue(key, out uint? known)) return known;
        uint number;
        bool found;
        byte[] terminated = Descriptors.Terminated(name);
        Lookup lookup = (r, b, n, f) =>
        {
            fixed (byte* text = terminated) return isUser ? getpwnam_r(text, r, b, n, f) : getgrnam_r(text, r, b, n, f);
        };
        found = Find(lookup, out _, out number);
        uint? result = found ? number : null;
        Keep(cache, key, result);
        return result;
    }

    private static void Keep<TKey, TValue>(Dictionary<TKey, TValue> cache, TKey key, TValue value) where TKey : notnull
    {
        if (cache.Count >= Limits.CachedAccounts) cache.Clear();
        cache[key] = value;
    }

    // struct passwd and struct group both begin: name, password (pointers), then the number.
    private static bool Find(Lookup lookup, out byte[] name, out uint number)
    {
        name = [];
        number = 0;
        byte* record = stackalloc byte[RecordBytes];
        for (int size = 4 << 10; size <= LargestBuffer; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* bytes = buffer)
            {
                byte* found = null;
                int status = lookup(record, bytes, (nuint)size, &found);
                if (status == Errno.ERANGE) continue;
                if (status != 0 || found == null) return false;
                name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)record).ToArray();
                number = *(uint*)(record + NumberOffset);
                return true;
            }
        }

        return false;
    }

    [LibraryImport("libc")]
    private static partial int getpwuid_r(uint uid, byte* record, byte* buffer, nuint bytes, byte** found);

    [LibraryImport("libc")]
    private static partial int getgrgid_r(uint gid, byte* record, byte* buffer, nuint bytes, byte** found);

    [LibraryImport("libc")]
    private static partial int getpwnam_r(byte* name, byte* record, byte* buffer, nuint bytes, byte** found);

    [LibraryImport("libc")]
    private static partial int getgrnam_r(byte* name, byte* record, byte* buffer, nuint bytes, byte** found);
}
