using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Mounts;

/// <summary>What the administrator means to be mounted where: /etc/fstab, fstab(5).</summary>
public sealed class MountPlan
{
    private readonly List<byte[]> _mountPoints = [];

    private MountPlan()
    {
    }

    /// <summary>Empty where there is none, or where it cannot be read.</summary>
    public static MountPlan Read() =>
        Descriptors.ReadFile("/etc/fstab", Limits.KernelTextBytes, out byte[] text).IsError ? new() : Parse(text);

    public static MountPlan Parse(ReadOnlySpan<byte> text)
    {
        var plan = new MountPlan();
        foreach (Range line in text.Split((byte)'\n'))
            if (MountPointOf(text[line]) is { } mountPoint) plan._mountPoints.Add(mountPoint);
        return plan;
    }

    /// <summary>
    /// The planned mount point at or above an absolute path that has no mount now; null where there is none. What is
    /// written there meanwhile lands on another disk, and is hidden once it is mounted.
    /// </summary>
    public byte[]? MissingAbove(byte[] path, MountTable table) => _mountPoints.Find(planned =>
        planned.Length > 1 && PathOrder.IsWithin(path, planned)
        && !table.Mounts.Any(mount => mount.MountPoint.AsSpan().SequenceEqual(planned)));

    private static byte[]? MountPointOf(ReadOnlySpan<byte> line)
    {
        int field = 0;
        foreach (Range range in line.SplitAny(" \t"u8))
        {
            var word = line[range];
            if (word.IsEmpty) continue;
            if (word[0] == '#') return null;
            if (++field == 2) return word[0] == '/' ? TrimSlash(MountLine.Unescape(word)) : null;
        }

        return null;
    }

    private static byte[] TrimSlash(byte[] path) => path.Length > 1 && path[^1] == '/' ? path[..^1] : path;
}
