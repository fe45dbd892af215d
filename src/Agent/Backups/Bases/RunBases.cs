using Coffer.Agent.Caching;
using Coffer.Agent.Listings;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Backups.Bases;

/// <summary>
/// What a run builds upon: the source's newest point and checkpoint, read from the cache where that has them. Damage
/// costs time alone: what is not trusted is read back from the vault, and at last from the files.
/// </summary>
internal sealed class RunBases(
    BackupRequest request, IBackupSession session, BasePoints points, NodeIds ids, CancellationToken cancellationToken)
{
    private readonly SourceCache _cache = new(request.CacheFolder);
    private bool _ignoresCache;

    /// <summary>Everything is read, which also heals what is damaged in the vault.</summary>
    public bool IgnoresBases { get; private set; }

    public BasePoint? Point => points.Point;

    /// <summary>Larger than any that the vault or this machine knows of the source.</summary>
    public long NextSequence => Math.Max(
        Math.Max(session.Opening.HighestSequence, _cache.LastSequence),
        Math.Max(request.LastPoint?.HighestSequence ?? 0, request.SequenceAbove)) + 1;

    /// <summary>Goes without the cache, then without the bases.</summary>
    public void Distrust(CorruptionException reason, RunFindings findings)
    {
        _cache.Clear();
        findings.Clear();
        IgnoresBases = _ignoresCache;
        _ignoresCache = true;
        if (!IgnoresBases) return;
        findings.Add("base.damaged", default, $"the last point cannot be read, so all files were: {reason.Message}");
    }

    /// <summary>The vault goes on losing what was sent: nothing that is known of it counts.</summary>
    public void ForgetCache() => _cache.Clear();

    /// <summary>What an earlier round of this run listed is read by the next.</summary>
    public void KeepRound() => _cache.KeepRound();

    public void RemoveUnfinished() => _cache.RemoveUnfinished();

    /// <summary>A large file that an earlier run had begun; none while anything is lost, which may be of it.</summary>
    public ResumedFile? ResumedFile(bool anyLost) => anyLost || IgnoresBases ? null : points.Resumed;

    /// <summary>True: the cache still has the listing of the last point.</summary>
    public bool AppendTo(PreviousListing previous, bool readsOwnCache)
    {
        if (readsOwnCache)
        {
            previous.Append(_cache.OpenRound(ids), null);
            return false;
        }

        if (IgnoresBases) return false;
        if (points.Checkpoint is { } checkpoint)
            previous.Append(points.ListingOf(checkpoint), null);
        if (points.Point is not { } point) return false;
        IPageSource? cached = _cache.OpenListing(StampOf(point.Id), ids);
        previous.Append(cached ?? points.ListingOf(point), points.Checkpoint?.Body.Checkpoint?.LastPath);
        return cached is not null;
    }

    public UnfinishedCache OpenUnfinished()
    {
        if (points.Point is not { } point || IgnoresBases) return new UnfinishedCache(_cache, null, null);
        var stamp = StampOf(point.Id);
        return new UnfinishedCache(_cache, _cache.ReadPlan(stamp), _cache.OpenBundles(stamp));
    }

    /// <summary>The content table of the base; made anew from its listing where the cache was lost.</summary>
    public async Task<SortedTable<ContentRow>> OpenTableAsync()
    {
        if (points.Newest is not { } newest || IgnoresBases) return SortedTable<ContentRow>.Empty();
        var stamp = StampOf(newest.Id);
        if (_cache.OpenContents(stamp) is { } table) return table;
        using var previous = new PreviousListing(new KnownPages(isTrusted: false));
        AppendTo(previous, readsOwnCache: false);
        await WriteContentsAsync(stamp, previous);
        return _cache.OpenContents(stamp) ?? SortedTable<ContentRow>.Empty();
    }

    /// <summary>The point is committed: without a cache the next run only takes longer.</summary>
    public async Task KeepAsync(
        ObjectId point, UnfinishedCache written, long files, DateTimeOffset started, RunFindings findings)
    {
        try
        {
            await PublishAsync(point, written, files, started);
        }
        catch (Exception e) when (e is IOException or CorruptionException)
        {
            _cache.Clear();
            findings.Add(
                "cache.not-kept", default, $"the next run reads the listing from the vault instead: {e.Message}");
        }
    }

    private async Task PublishAsync(ObjectId point, UnfinishedCache written, long files, DateTimeOffset started)
    {
        var stamp = StampOf(point);
        var contents = written.Contents;
        _cache.NoteSequence(NextSequence);
        _cache.PublishListing(stamp);
        _cache.WriteBundles(stamp, written, started);
        using var older = points.Newest is { } newest ? _cache.OpenContents(StampOf(newest.Id)) : null;
        if (contents.Count == 0 && older is not null)
        {
            _cache.RestampContents(stamp);
        }
        else if (contents.Count + (older?.Count ?? 0) <= (2 * files) + Limits.SortedRowsInMemory)
        {
            _cache.WriteContents(stamp, contents.Merged(older?.Rows() ?? []));
        }
        else
        {
            // Most rows tell of files that are gone: begin anew from the listing just published.
            using var listing = new PreviousListing(new KnownPages(isTrusted: false));
            if (_cache.OpenListing(stamp, ids) is { } pages) listing.Append(pages, null);
            await WriteContentsAsync(stamp, listing);
        }
    }

    private async Task WriteContentsAsync(CacheStamp stamp, PreviousListing listing)
    {
        using var rows = new SpilledRows<ContentRow>(_cache.Folder, "contents-anew");
        while (await listing.TryNextPageAsync(cancellationToken))
        {
            while (listing.MoveNextInPage()) ListingBuilder.AddContentRow(rows, listing.Entry.Fields);
        }

        _cache.WriteContents(stamp, rows.Merged([]));
    }

    private CacheStamp StampOf(ObjectId point) => new(
        session.Opening.Vault, request.Keys.Keyspace, point, session.Opening.LossEpoch);
}
