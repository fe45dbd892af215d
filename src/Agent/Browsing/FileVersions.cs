using Coffer.Contracts.Points;
using Coffer.Domain;

namespace Coffer.Agent.Browsing;

/// <summary>A state of a file and the points that have it, newest first.</summary>
public sealed record FileVersion(ListedEntry Entry, IReadOnlyList<PointDescription> Points);

/// <summary>Finds the different states of one path over many points.</summary>
public static class FileVersions
{
    /// <summary>
    /// Newest first; states that follow each other with equal content and metadata are one. Points that cannot be
    /// opened are told to <paramref name="onDamage"/> and passed over; those whose volume cannot hold the path are
    /// passed over silently.
    /// </summary>
    /// <param name="pages">Of the keyspace of all these points.</param>
    /// <param name="path">Absolute.</param>
    public static async Task<IReadOnlyList<FileVersion>> ReadAsync(
        PageReader pages,
        IEnumerable<PointDescription> points,
        byte[] path,
        Action<PointDescription, CorruptionException> onDamage,
        CancellationToken cancellationToken)
    {
        byte[] key = AbsolutePath.ToKey(path);
        var versions = new List<FileVersion>();
        foreach (var description in points.OrderByDescending(p => p.ReceivedAt).ThenByDescending(p => p.Sequence))
        {
            try
            {
                var point = await PointBrowser.OpenAsync(pages, description, cancellationToken);
                if (!point.Holds(key)) continue;
                byte[] below = AbsolutePath.Below(key, point.MountKey).ToArray();
                if (await point.FindAsync(below, cancellationToken) is { } entry) Note(versions, entry, description);
            }
            catch (CorruptionException e)
            {
                onDamage(description, e);
            }
        }

        return versions;
    }

    private static void Note(List<FileVersion> versions, ListedEntry entry, PointDescription point)
    {
        bool isKnown = versions.Count > 0
            && versions[^1].Entry.ContentPrint == entry.ContentPrint
            && versions[^1].Entry.MetadataPrint == entry.MetadataPrint;
        if (isKnown) versions[^1] = versions[^1] with { Points = [.. versions[^1].Points, point] };
        else versions.Add(new FileVersion(entry, [point]));
    }
}
