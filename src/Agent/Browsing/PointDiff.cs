using System.Runtime.CompilerServices;
using Coffer.Agent.Browsing.Pages;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Listing;

namespace Coffer.Agent.Browsing;

/// <summary>How an entry of two points differs.</summary>
[Flags]
public enum ChangeKinds
{
    None = 0,
    Added = 1,
    Removed = 2,

    /// <summary>File, folder, link or device became another of these.</summary>
    Type = 4,

    /// <summary>Bytes, the target of a link, or the numbers of a device.</summary>
    Content = 8,
    Mode = 16,
    Owner = 32,
    Modified = 64,
    Xattrs = 128,

    /// <summary>Inode flags or project id.</summary>
    Flags = 256,
}

/// <summary>
/// One difference; <paramref name="Older"/> is null where it was added, <paramref name="Newer"/> where removed.
/// </summary>
public sealed record PointChange(ChangeKinds Kinds, ListedEntry? Older, ListedEntry? Newer)
{
    /// <summary>Absolute, as raw bytes.</summary>
    public byte[] Path => (Newer ?? Older!).Path;
}

/// <summary>
/// Compares two points of one data source. Both trees are walked side by side; where the same page stands at the same
/// place in both, it and all below it are passed over unread, so the work follows what changed.
/// </summary>
public static class PointDiff
{
    /// <summary>
    /// Differences in order of paths, below <paramref name="folder"/> (relative to the volume; empty: all).
    /// </summary>
    public static async IAsyncEnumerable<PointChange> CompareAsync(
        PointBrowser older, PointBrowser newer, byte[] folder,
            [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = new Side(older);
        var right = new Side(newer);
        await left.SeekAsync(folder, cancellationToken);
        await right.SeekAsync(folder, cancellationToken);
        while (true)
        {
            if (!left.HasEntry && !right.HasEntry) await SkipEqualAsync(left, right, cancellationToken);
            if (!left.HasEntry) await left.FillAsync(cancellationToken);
            if (!right.HasEntry) await right.FillAsync(cancellationToken);
            left.EndOutside(folder);
            right.EndOutside(folder);
            if (!left.HasEntry && !right.HasEntry) yield break;
            int order = !left.HasEntry ? 1 : !right.HasEntry ? -1
                : PathOrder.Compare(left.Entry.Path, right.Entry.Path);
            if (order < 0) yield return new PointChange(ChangeKinds.Removed, left.Listed(), null);
            else if (order > 0) yield return new PointChange(ChangeKinds.Added, null, right.Listed());
            else if (KindsOf(left.Entry, right.Entry) is var kinds && kinds != ChangeKinds.None)
                yield return new PointChange(kinds, left.Listed(), right.Listed());
            if (order <= 0) left.Advance();
            if (order >= 0) right.Advance();
        }
    }

    private static ChangeKinds KindsOf(ListingPageReader older, ListingPageReader newer)
    {
        ref readonly var a = ref older.Fields;
        ref readonly var b = ref newer.Fields;
        if ((a.Mode & 0xf000) != (b.Mode & 0xf000)) return ChangeKinds.Type;
        bool sameContent = EntryPrint.OfContent(older) == EntryPrint.OfContent(newer)
            && older.SymlinkTarget.SequenceEqual(newer.SymlinkTarget)
            && (a.DeviceMajor, a.DeviceMinor) == (b.DeviceMajor, b.DeviceMinor);
        bool sameOwner = (older.Owner.UserId, older.Owner.GroupId) == (newer.Owner.UserId, newer.Owner.GroupId);
        bool sameTime = (a.MtimeSeconds, a.MtimeNanoseconds) == (b.MtimeSeconds, b.MtimeNanoseconds);
        bool sameFlags = (a.InodeFlags, a.ProjectId) == (b.InodeFlags, b.ProjectId);
        return (sameContent ? 0 : ChangeKinds.Content)
            | (a.Mode == b.Mode ? 0 : ChangeKinds.Mode)
            | (sameOwner ? 0 : ChangeKinds.Owner)
            | (sameTime ? 0 : ChangeKinds.Modified)
            | (Equals(older.Xattrs, newer.Xattrs) ? 0 : ChangeKinds.Xattrs)
            | (sameFlags ? 0 : ChangeKinds.Flags);
    }

    // Both stand between pages. The higher of two unequal pages is opened, or both of one level, until two are equal
    // or both are leaves.
    private static async ValueTask SkipEqualAsync(Side left, Side right, CancellationToken cancellationToken)
    {
        while (left.Walk.TryPeek(out var a, out int leftLevel) && right.Walk.TryPeek(out var b, out int rightLevel))
        {
            bool isSame = leftLevel == rightLevel && a.Page == b.Page
                && a.FirstPath.Span.SequenceEqual(b.FirstPath.Span);
            if (isSame)
            {
                left.Walk.Skip();
                right.Walk.Skip();
                continue;
            }

            if (leftLevel == 0 && rightLevel == 0) return;
            if (leftLevel >= rightLevel) await left.Walk.DescendAsync(cancellationToken);
            if (rightLevel >= leftLevel) await right.Walk.DescendAsync(cancellationToken);
        }
    }

    /// <summary>One of the two points: a walk over pages, and the entries of the page it is in.</summary>
    private sealed class Side(PointBrowser point)
    {
        public TreeWalk Walk { get; } = new(point.Pages, point.ListingTop);

        public ListingPageReader Entry { get; } = new();

        public bool HasEntry { get; private set; }

        public ListedEntry Listed() => ListedEntry.Of(Entry, point.MountKey);

        public async ValueTask SeekAsync(byte[] folder, CancellationToken cancellationToken)
        {
            // At the very top nothing is opened yet, so that two equal points cost nothing.
            if (folder.Length == 0)
            {
                await Walk.StartAsync(cancellationToken);
                return;
            }

            await Walk.SeekAsync(folder, cancellationToken);
            await FillAsync(cancellationToken);
            while (HasEntry && PathOrder.Compare(Entry.Path, folder) < 0) Advance();
        }

        public void Advance() => HasEntry = Entry.MoveNext();

        public async ValueTask FillAsync(CancellationToken cancellationToken)
        {
            while (!HasEntry && Walk.TryPeek(out var child, out int level))
            {
                if (level > 0)
                {
                    await Walk.DescendAsync(cancellationToken);
                    continue;
                }

                var page = await point.Pages.ReadLeafAsync(child.Page, NodeKind.ListingPage, cancellationToken);
                Walk.Skip();
                Entry.Open(page.Body, page.References, child.FirstPath.Span[..child.FolderLength],
                    $"listing page {child.Page}");
                HasEntry = Entry.MoveNext();
            }
        }

        /// <summary>Behind the folder nothing counts any more.</summary>
        public void EndOutside(byte[] folder)
        {
            if (!HasEntry || PathOrder.IsWithin(Entry.Path, folder)) return;
            HasEntry = false;
            while (Walk.TryPeek(out _, out _)) Walk.Skip();
        }
    }
}
