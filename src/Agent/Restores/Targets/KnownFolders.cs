using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Targets;

/// <summary>What is known of folders above what is restored.</summary>
internal interface IKnownFolders
{
    /// <summary>Null where nothing is known of it.</summary>
    ValueTask<WantedMetadata?> FindAsync(byte[] key, CancellationToken cancellationToken);
}

/// <summary>What a point's listing tells of them.</summary>
internal sealed class ListedFolders(PointBrowser point, EntryMetadata metadata) : IKnownFolders
{
    public async ValueTask<WantedMetadata?> FindAsync(byte[] key, CancellationToken cancellationToken)
    {
        if (!point.Holds(key)) return null;
        byte[] path = AbsolutePath.Below(key, point.MountKey).ToArray();
        var cursor = point.OpenListing(static _ => { });
        await cursor.SeekAsync(path, cancellationToken);
        bool isThere = await cursor.MoveNextAsync(cancellationToken)
            && cursor.Entry.Path.SequenceEqual(path) && cursor.Entry.Fields.IsDirectory;
        if (!isThere) return null;
        try
        {
            return await metadata.OfAsync(cursor.Entry, cancellationToken);
        }
        catch (CorruptionException)
        {
            // Told at the folder's own entry; what lies in it does not depend on its attributes.
            return EntryMetadata.Of(cursor.Entry, null);
        }
    }
}
