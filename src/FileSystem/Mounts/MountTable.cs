using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Mounts;

/// <summary>
/// What is mounted where, as this process sees it (/proc/self/mountinfo, proc(5)). A snapshot: read it anew for
/// each run. Mounts hidden under later ones are left out.
/// </summary>
public sealed class MountTable
{
    private readonly List<Mount> _mounts;

    private MountTable(List<Mount> mounts) => _mounts = mounts;

    /// <summary>Visible mounts, in the order of their mount points.</summary>
    public IReadOnlyList<Mount> Mounts => _mounts;

    public static MountTable Read()
    {
        OsError error = Descriptors.ReadFile("/proc/self/mountinfo", Limits.KernelTextBytes, out byte[] text);
        if (error.IsError)
            throw FaultException.Failed("mounts.unreadable",
                $"The list of mounted file systems cannot be read: {error.Text}.",
                "Mount /proc.");
        return Parse(text);
    }

    /// <summary>
    /// Lines that do not read as mountinfo are passed over: the kernel may add fields, never garbage.
    /// </summary>
    public static MountTable Parse(ReadOnlySpan<byte> text)
    {
        var all = new List<Mount>();
        foreach (Range line in text.Split((byte)'\n'))
            if (MountLine.TryParse(text[line], out Mount? mount)) all.Add(mount);
        List<Mount> visible = [.. all.Where(m => IsVisible(m, all))];
        visible.Sort(static (a, b) => PathOrder.Compare(a.MountPoint, b.MountPoint));
        return new MountTable(visible);
    }

    /// <summary>The mount that holds an absolute path without links in it.</summary>
    public Mount Of(ReadOnlySpan<byte> path)
    {
        Mount? best = null;
        foreach (Mount mount in _mounts)
            if (IsAtOrBelow(path, mount.MountPoint)
                && (best is null || mount.MountPoint.Length >= best.MountPoint.Length))
                best = mount;
        return best ?? throw FaultException.Failed(
            "mounts.unknown", $"'{PathText.Render(path)}' lies on no mounted file system that this process can see.");
    }

    /// <summary>The mounts whose mount points lie strictly below an absolute path.</summary>
    public IEnumerable<Mount> Below(byte[] path) =>
        _mounts.Where(m => m.MountPoint.Length > path.Length && IsAtOrBelow(m.MountPoint, path));

    private static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> top) =>
        top.Length == 1 || PathOrder.IsWithin(path, top);

    private static bool IsVisible(Mount mount, List<Mount> all) =>
        !all.Exists(n => n != mount && n.ParentId == mount.Id && n.MountPoint.AsSpan().SequenceEqual(mount.MountPoint))
        && !IsObscured(mount, all, 0);

    // A mount hides everything of its parent that lies at or below its own mount point, other mounts included.
    private static bool IsObscured(Mount mount, List<Mount> all, int depth)
    {
        foreach (Mount other in all)
        {
            if (other == mount || other.ParentId != mount.ParentId) continue;
            bool isSamePlace = other.MountPoint.AsSpan().SequenceEqual(mount.MountPoint);
            // At the same place the later line wins.
            if (isSamePlace ? all.IndexOf(other) > all.IndexOf(mount) : IsAtOrBelow(mount.MountPoint, other.MountPoint))
                return true;
        }

        Mount? parent = all.Find(m => m.Id == mount.ParentId && m != mount);
        return parent is not null && depth < all.Count && IsObscured(parent, all, depth + 1);
    }
}
