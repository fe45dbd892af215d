using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Targets;
using Coffer.Format.Listing;

namespace Coffer.Agent.Restores;

/// <summary>Counts what a restore of points would do, by their listings.</summary>
internal sealed class RestorePreview(TargetPreview target, RestoreTally tally)
{
    public async Task RunAsync(RestorePlan.Place place, CancellationToken cancellationToken)
    {
        target.Start(place.Folder, place.RootKey);
        var cursor = new PartCursor(place.Tree, damage => tally.Find(
            AbsolutePath.Join(place.Tree.Point.MountKey, damage.FirstPath.Span), "listing.damaged", damage.Reason));
        while (await cursor.MoveNextAsync(cancellationToken))
        {
            byte[] key = AbsolutePath.Join(place.Tree.Point.MountKey, cursor.Entry.Path);
            if (key.Length <= place.RootKey.Length) continue;
            if ((cursor.Entry.Fields.Marks & EntryMarks.ContentMissing) != 0)
                tally.Find(key, "content.missing", "its content could not be read when it was backed up");
            else if (!target.Judge(key, EntryMetadata.Of(cursor.Entry, null)))
                await cursor.SkipSubtreeAsync(cancellationToken);
        }
    }
}
