using System.Globalization;
using Coffer.Agent.Rebundling;
using Coffer.FileSystem.Secrets;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Caching;

/// <summary>
/// One data source's part of the cache folder: the last listing, the tables of contents and of bundles, the plan of
/// what to make anew, and the last sequence number.
/// All of it can be lost at any time; what is damaged counts as lost.
/// </summary>
internal sealed class SourceCache
{
    /// <summary>
    /// What is worth to be kept of it from one run to the next; all else is made and removed within a run.
    /// </summary>
    public static readonly string[] LastingFiles = ["listing", "contents", "bundles", "bundles.plan", "sequence"];

    /// <summary>With which all names begin of files in it that a run makes, finished or not.</summary>
    public static readonly string[] NameStarts = ["listing", "contents", "bundles", "sequence", "links", "names-"];

    private readonly string _listing;
    private readonly string _round;
    private readonly string _contents;
    private readonly string _bundles;
    private readonly string _plan;
    private readonly string _sequence;

    public SourceCache(string folder)
    {
        Folder = folder;
        PrivateFolder.Ensure(folder);
        _listing = Path.Combine(folder, "listing");
        UnfinishedListing = Path.Combine(folder, "listing.new");
        _round = Path.Combine(folder, "listing.round");
        _contents = Path.Combine(folder, "contents");
        _bundles = Path.Combine(folder, "bundles");
        _plan = Path.Combine(folder, "bundles.plan");
        _sequence = Path.Combine(folder, "sequence");
    }

    public string Folder { get; }

    /// <summary>Where the run under way writes its listing.</summary>
    public string UnfinishedListing { get; }

    /// <summary>The highest sequence number that this machine knows to be used; 0 where it does not know.</summary>
    public long LastSequence =>
        File.Exists(_sequence)
            && long.TryParse(File.ReadAllText(_sequence), CultureInfo.InvariantCulture, out long last)
            ? last
            : 0;

    public void NoteSequence(long sequence) =>
        File.WriteAllText(_sequence, sequence.ToString(CultureInfo.InvariantCulture));

    public CachedListing? OpenListing(CacheStamp stamp, NodeIds ids) => CachedListing.Open(_listing, stamp, ids);

    /// <summary>Keeps the listing just written, for another round over the same source.</summary>
    public void KeepRound() => File.Move(UnfinishedListing, _round, overwrite: true);

    public CachedListing OpenRound(NodeIds ids) =>
        CachedListing.Open(_round, null, ids)
            ?? throw new FileNotFoundException("no listing of the round before", _round);

    public SortedTable<ContentRow>? OpenContents(CacheStamp stamp) => SortedTable<ContentRow>.Open(_contents, stamp);

    public void WriteContents(CacheStamp stamp, IEnumerable<ContentRow> ascending) =>
        SortedTable<ContentRow>.Write(_contents, stamp, ascending);

    public void RestampContents(CacheStamp stamp) => SortedTable<ContentRow>.Restamp(_contents, stamp);

    public SortedTable<BundleRow>? OpenBundles(CacheStamp stamp) => SortedTable<BundleRow>.Open(_bundles, stamp);

    public BundlePlan? ReadPlan(CacheStamp stamp) =>
        File.Exists(_plan) && new FileInfo(_plan).Length <= Limits.CachedPageBytes
            ? BundlePlan.Decode(File.ReadAllBytes(_plan), stamp)
            : null;

    /// <summary>The bundles that the point uses, and what the next run is to make anew.</summary>
    public void WriteBundles(CacheStamp stamp, UnfinishedCache written, DateTimeOffset started)
    {
        SortedTable<BundleRow>.Write(_bundles, stamp, written.Bundles.Table());
        File.WriteAllBytes(_plan + ".new", written.Bundles.Plan(started, written.Before?.Started).Encode(stamp));
        File.Move(_plan + ".new", _plan, overwrite: true);
    }

    public void PublishListing(CacheStamp stamp) => CachedListingWriter.Publish(UnfinishedListing, _listing, stamp);

    public void Clear()
    {
        foreach (string path in new[] { _listing, _contents, _bundles, _plan }) File.Delete(path);
    }

    public void RemoveUnfinished()
    {
        foreach (string path in new[] { UnfinishedListing, _round }) File.Delete(path);
        // Sorted runs that a killed process left behind.
        foreach (string path in Directory.GetFiles(Folder, "*.run*")) File.Delete(path);
    }
}
