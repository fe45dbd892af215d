namespace Coffer.Domain.Policies;

/// <summary>Which volumes a policy selects something of.</summary>
public static class SelectedVolumes
{
    /// <summary>Volumes that paths select, and others do not.</summary>
    /// <param name="mountPoints">Of the machine's volumes, absolute.</param>
    public static IEnumerable<byte[]> Lost(
        IReadOnlyList<byte[]> before, IReadOnlyList<byte[]> after, IReadOnlyList<byte[]> mountPoints) =>
        mountPoints.Where(mount => Selects(before, mount, mountPoints) && !Selects(after, mount, mountPoints));

    /// <summary>All that lies under a path goes with it, the volumes that are mounted there too.</summary>
    public static bool Selects(
        IReadOnlyList<byte[]> paths, byte[] mount, IReadOnlyList<byte[]> mountPoints) =>
        paths.Any(path => PathRules.IsAtOrBelow(mount, path) || IsOn(path, mount, mountPoints));

    private static bool IsOn(byte[] path, byte[] mount, IReadOnlyList<byte[]> mountPoints) =>
        PathRules.IsAtOrBelow(path, mount)
        && !mountPoints.Any(inner => inner.Length > mount.Length && PathRules.IsAtOrBelow(path, inner));
}
