using Coffer.Agent.Backups.Bases;
using Coffer.Agent.Caching;
using Coffer.Agent.Listings;
using Coffer.Agent.Pipeline;
using Coffer.Agent.Rebundling;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain.Wording;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Backups;

/// <summary>
/// Backs up one data source into one recovery point:
/// 1. open a session; the source's newest point and checkpoint are held as bases;
/// 2. walk, joined with the bases' listing; send what is new;
/// 3. flush: every node is in a durable pack or was present;
/// 4. commit the sealed point. What the vault then misses is read again and committed in the same session;
/// 5. only now publish the cache, which is stamped with the point.
/// A run that ends before 4 leaves no point; its packs and its last checkpoint are taken up by the next. Cancelled, it
/// ends before 4 as well, at once where all is read (<see cref="CutOff"/>); a commit that was sent goes to its end.
/// </summary>
public sealed class BackupRun : IAsyncDisposable
{
    private readonly BackupRequest _request;
    private readonly IProgress<BackupProgress> _progress;
    private readonly CancellationToken _cancelled;
    private readonly CutOff _cut;
    private readonly IBackupSession _session;
    private readonly NodeIds _ids;
    private readonly RunFindings _findings;
    private readonly PipelineCounters _counters = new();
    private readonly CheckpointClock _checkpoints;
    private readonly DateTimeOffset _started;
    private readonly ProgressClock _ticks;
    private readonly RunBases _bases;

    private BackupRun(
        BackupRequest request,
        IProgress<BackupProgress> progress,
        IBackupSession session,
        BasePoints bases,
        CancellationToken cancelled)
    {
        _request = request;
        _progress = progress;
        _session = session;
        _cancelled = cancelled;
        _cut = new CutOff(cancelled, request.Time);
        _ids = new NodeIds(request.Keys);
        _bases = new RunBases(request, session, bases, _ids, cancelled);
        _findings = new RunFindings(request.Source.MountPath);
        _checkpoints = new CheckpointClock(request.Time);
        _ticks = new ProgressClock(request.Time);
        _started = request.Time.GetUtcNow();
        foreach (string damage in bases.Damages) _findings.Add("base.damaged", default, damage);
    }

    /// <exception cref="FaultException">No point was made; the fault says why.</exception>
    public static async Task<BackupResult> RunAsync(
        BackupRequest request, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        CacheRoom.Require(request.CacheFolder);
        try
        {
            return await RunInSessionAsync(request, progress, cancellationToken);
        }
        catch (IOException e) when (CacheRoom.IsFull(e))
        {
            throw CacheRoom.Full(request.CacheFolder, e);
        }
    }

    public ValueTask DisposeAsync()
    {
        _bases.RemoveUnfinished();
        _cut.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<BackupResult> RunInSessionAsync(
        BackupRequest request, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        var asked = new SessionRequest(
            request.Machine, request.Source.Id, "volume", request.Source.Label, request.Job);
        // Beside each other: over a long line each answer takes its time.
        var opening = request.Vault.OpenSessionAsync(asked, cancellationToken);
        var reading = OpenReaderAsync(request, cancellationToken);
        await using var session = await OpenedAsync(opening, reading);
        await using var reader = await reading;
        if (session.Opening.HighestSequence is < 0 or > Limits.HighestSequence)
        {
            throw FaultException.Failed(
                "vault.answers-nonsense",
                $"The vault says that this source had {session.Opening.HighestSequence} points, which cannot be.",
                "Check that this is your vault: coffer status.");
        }

        using var nodes = new Nodes.NodeReader(reader, request.Keys);
        var bases = await BasePoints.ReadAsync(nodes, session.Opening, request, cancellationToken);
        var older = await OlderCheck.OfAsync(request, session.Opening, bases, cancellationToken);
        await using var run = new BackupRun(request, progress, session, bases, cancellationToken);
        return await run.RunAsync() with { Older = older };
    }

    private static async Task<IFrameReader> OpenReaderAsync(
        BackupRequest request, CancellationToken cancellationToken) =>
        await request.Vault.OpenReaderAsync(request.Keys.Keyspace, cancellationToken);

    // Without a session there is no use for the reader.
    private static async Task<IBackupSession> OpenedAsync(Task<IBackupSession> opening, Task<IFrameReader> reading)
    {
        try
        {
            return await opening;
        }
        catch
        {
            _ = await Task.WhenAny(reading);
            if (reading.IsCompletedSuccessfully) await (await reading).DisposeAsync();
            throw;
        }
    }

    private async Task<BackupResult> RunAsync()
    {
        IReadOnlySet<ObjectId> lost = await ReadLostAsync();
        bool isFirst = true;
        for (int round = 1; ; round++)
        {
            Report(BackupPhase.Transferring, PointStatistics.None);
            var (listing, changes, scan, written) = await ScanAsync(lost, readsOwnCache: !isFirst);
            using (written)
            {
                if (scan.IsStopped) return Cancelled(scan.Statistics);
                isFirst = false;
                await RequireSoundSnapshotAsync();
                Report(BackupPhase.Verifying, scan.Statistics);
                if (await TryCommitAsync(listing, changes, scan.Statistics) is not { } answer)
                    return Cancelled(scan.Statistics);
                if (answer.Point is { } point)
                {
                    await _bases.KeepAsync(point.Id, written, scan.Statistics.Files, _started, _findings);
                    Report(BackupPhase.Completed, scan.Statistics);
                    return new BackupResult(point, point.Statistics, _findings.Kept, _findings.Total);
                }

                lost = answer.Missing.ToHashSet();
            }

            if (round < Limits.CommitRounds) continue;
            _bases.ForgetCache();
            throw FaultException.Failed(
                "vault.keeps-losing",
                $"The vault still misses {Counted.Of(lost.Count, "object")} after {Counted.Of(round, "attempt")},"
                + " so no point was made.",
                "Run: coffer verify. The next backup reads everything again.");
        }
    }

    private BackupResult Cancelled(PointStatistics statistics) =>
        new(null, statistics, _findings.Kept, _findings.Total);

    // What was read is not sealed into a point before: one that ran out of room shows no old state any more.
    private async Task RequireSoundSnapshotAsync()
    {
        if (_request.Snapshot is not { } snapshot) return;
        if (await snapshot.ProblemAsync(CancellationToken.None) is { } problem)
            throw FaultException.Failed("snapshot.spoiled",
                $"The snapshot {snapshot.Name} cannot be relied on: {problem}; so no point was made.",
                "Give its volume group more free space, or back up when less is written; what was sent is kept.");
    }

    // Bounded by what the vault told when it opened: no answer of it can keep this asking for ever.
    private async Task<IReadOnlySet<ObjectId>> ReadLostAsync()
    {
        var lost = new HashSet<ObjectId>();
        ObjectId? last = null;
        while (lost.Count < Math.Min(_session.Opening.LostCount, Limits.LostIds))
        {
            var page = await _session.ListLostAsync(last, CancellationToken.None);
            int before = lost.Count;
            lost.UnionWith(page);
            if (lost.Count == before) break;
            last = page[^1];
        }

        return lost;
    }

    /// <summary>
    /// A cache that is damaged is read back from the vault; a base that is damaged there is done without, at the cost
    /// of reading everything, which also heals it.
    /// </summary>
    private async Task<(ObjectId Listing, ObjectId Changes, ScanOutcome Scan, UnfinishedCache Written)> ScanAsync(
        IReadOnlySet<ObjectId> lost, bool readsOwnCache)
    {
        while (true)
        {
            try
            {
                return await ScanOnceAsync(lost, readsOwnCache && !_bases.IgnoresBases);
            }
            catch (CorruptionException e) when (!_bases.IgnoresBases)
            {
                _bases.Distrust(e, _findings);
            }
        }
    }

    private async Task<(ObjectId Listing, ObjectId Changes, ScanOutcome Scan, UnfinishedCache Written)> ScanOnceAsync(
        IReadOnlySet<ObjectId> lost, bool readsOwnCache)
    {
        if (readsOwnCache) _bases.KeepRound();
        var written = _bases.OpenUnfinished();
        try
        {
            var (listing, changes, scan) = await ScanIntoAsync(written, lost, readsOwnCache);
            return (listing, changes, scan, written);
        }
        catch
        {
            written.Dispose();
            throw;
        }
    }

    private async Task<(ObjectId Listing, ObjectId Changes, ScanOutcome Scan)> ScanIntoAsync(
        UnfinishedCache written, IReadOnlySet<ObjectId> lost, bool readsOwnCache)
    {
        await using var pipeline = new NodePipeline(_session, _request.Keys, _counters, _cut.Token);
        var known = new KnownPages(isTrusted: lost.Count == 0 && !_bases.IgnoresBases);
        using var previous = new PreviousListing(known);
        bool isFromCache = _bases.AppendTo(previous, readsOwnCache);
        using var table = await _bases.OpenTableAsync();
        // What heals stays where it was, so that the vault gets the very chunks that it lost.
        var moves = isFromCache && lost.Count == 0 ? written.Moves : BundleMoves.None;
        var resumed = _bases.ResumedFile(anyLost: lost.Count > 0);
        var listing = new ListingBuilder(pipeline, _request.Keys, _ids, known, written);
        using var capture = new ContentCapture(pipeline, _session, _request.Keys, table, moves);
        using var scan = new Scan(new ScanParts(
            _request, previous, listing, capture, pipeline, _findings, _ids, lost, moves, resumed));
        PointStatistics Statistics() => StatisticsOf(scan, capture);
        scan.Between = hand => BetweenAsync(hand, pipeline, listing, capture, Statistics);
        try
        {
            using var root = OpenRoot();
            using var walker = new TreeWalker(root.Root, RelativePaths(), WalkOptions());
            await scan.RunAsync(walker);
            _cut.AllIsRead();
            await pipeline.WaitUntilIdleAsync();
            var (listingTop, changesTop) = await listing.FinishAsync();
            await pipeline.FlushAsync();
            written.Listing.Close();
            return (listingTop, changesTop, new ScanOutcome(Statistics(), IsStopped: false));
        }
        catch (RunStoppedException)
        {
            return (default, default, new ScanOutcome(Statistics(), IsStopped: true));
        }
        catch (OperationCanceledException)
        {
            pipeline.ThrowIfFailed();
            if (!_cut.IsCut) throw;
            return (default, default, new ScanOutcome(Statistics(), IsStopped: true));
        }
    }

    private OpenedRoot OpenRoot()
    {
        if (_request.Snapshot is { } snapshot) return new OpenedRoot(snapshot.Root, Owned: null);
        var error = VolumeRoot.Open(_request.Source.MountPath, out var root);
        return root is not null
            ? new OpenedRoot(root, root)
            : throw FaultException.Failed(
                "source.unreadable",
                $"The volume {_request.Source.Label} cannot be opened: {error.Text}.",
                "Mount it, or run as a user who may read it.");
    }

    private IEnumerable<byte[]> RelativePaths()
    {
        int prefix = _request.Source.MountPath is [(byte)'/'] ? 0 : _request.Source.MountPath.Length;
        return _request.Source.Paths.Select(path => path.Length <= prefix + 1 ? [] : path[(prefix + 1)..]);
    }

    private WalkOptions WalkOptions() => new()
    {
        Filter = new SourceFilter(
            _request.Filter, _request.NeverBackedUp, _request.Source.MountPath, DeviceInWalk(),
            _request.Snapshot is null ? [] : _request.MountedOver),
        SpillFolder = _request.CacheFolder,
    };

    // A snapshot keeps inode numbers but has a device of its own.
    private Func<ulong, ulong>? DeviceInWalk()
    {
        if (_request.Snapshot is not { } snapshot) return null;
        if (SystemPaths.Stat(_request.Source.MountPath, out var live).IsError) return null;
        return device => device == live.Device ? snapshot.Root.Metadata.Device : device;
    }

    private async ValueTask BetweenAsync(
        FileInHandState? hand,
        NodePipeline pipeline,
        ListingBuilder listing,
        ContentCapture capture,
        Func<PointStatistics> statistics)
    {
        if (_ticks.IsDue) Report(BackupPhase.Transferring, statistics());
        bool isCancelled = _cancelled.IsCancellationRequested;
        if (!isCancelled && !_checkpoints.IsDue) return;
        await capture.Bundle.CloseAsync();
        await pipeline.WaitUntilIdleAsync();
        if (await listing.ForkAsync() is { } tops) await StoreCheckpointAsync(tops, hand, pipeline, statistics());
        _checkpoints.Taken();
        if (isCancelled) throw new RunStoppedException();
    }

    private async Task StoreCheckpointAsync(
        (ObjectId Listing, ObjectId Changes, byte[] LastPath) tops,
        FileInHandState? hand,
        NodePipeline pipeline,
        PointStatistics statistics)
    {
        FileInHand? inHand = null;
        List<ObjectId> references = [tops.Listing, tops.Changes];
        if (hand is not null)
        {
            _ = hand.Content.TrySettle((ulong)hand.File.Size);
            await pipeline.SubmitAbsentAsync(hand.Content.Ready);
            hand.Content.Ready.Clear();
            if (hand.Content.ForkTree() is { } tree)
            {
                await pipeline.SubmitAbsentAsync(tree.Pages);
                references.Add(tree.Top);
                inHand = InHand(hand);
            }
        }

        await pipeline.FlushAsync();
        var body = BodyOf(statistics) with
        {
            Checkpoint = new CheckpointPart { LastPath = tops.LastPath, InHand = inHand },
        };
        using var frame = Seal(NodeKind.Checkpoint, [.. references], body);
        await _session.StoreCheckpointAsync(
            frame.Span.ToArray(), new CommitFacts(body.Sequence, _started, statistics), _cut.Token);
    }

    private static FileInHand InHand(FileInHandState hand) => new(
        hand.Path, (ulong)hand.File.Size, hand.File.Modified.Seconds, hand.File.Modified.Nanoseconds,
        hand.File.Changed.Seconds, hand.File.Changed.Nanoseconds, hand.File.Inode, hand.Content.CoveredBytes);

    /// <returns>Null where it was cancelled before the commit was sent.</returns>
    private async Task<CommitAnswer?> TryCommitAsync(ObjectId listing, ObjectId changes, PointStatistics statistics)
    {
        try
        {
            _cut.Token.ThrowIfCancellationRequested();
            return await CommitAsync(listing, changes, statistics);
        }
        catch (OperationCanceledException) when (_cut.IsCut)
        {
            return null;
        }
    }

    private async Task<CommitAnswer> CommitAsync(ObjectId listing, ObjectId changes, PointStatistics statistics)
    {
        if (_bases.Point is { } last) ShrinkCheck.Apply(_findings, last.Body.Statistics, statistics);
        var body = BodyOf(statistics with { Warnings = _findings.Total });
        using var frame = Seal(NodeKind.Point, [listing, changes], body);
        var facts = new CommitFacts(body.Sequence, _started, body.Statistics) { RetainUntil = _request.RetainUntil };
        var answer = await _session.CommitAsync(frame.Span.ToArray(), facts, _cut.Token);
        bool isOurs = answer.Point is not { } point || (
            point.Id == FrameHeader.Parse(frame.Span, "point").Id && point.Sequence == body.Sequence
            && point.Source == body.Source && point.Machine == body.Machine);
        return isOurs ? answer : throw FaultException.Failed(
            "vault.answers-nonsense",
            $"The vault says that it took the recovery point {answer.Point!.Id}, which is not the one it was sent.",
            "Check that this is your vault: coffer status. The next backup goes on from what was sent.");
    }

    private PointBody BodyOf(PointStatistics statistics) => new()
    {
        Machine = _request.Machine,
        MachineName = _request.MachineName,
        Source = _request.Source.Id,
        SourceType = "volume",
        Job = _request.Job,
        Volume = _request.Source.Volume,
        Sequence = _bases.NextSequence,
        AgentTime = _started,
        Previous = _bases.Point?.Id,
        Paths = _request.Source.Paths,
        Statistics = statistics,
        Policy = _request.PolicyJson,
        ReadFrom = _request.Snapshot is null ? "live" : "snapshot",
    };

    private FrameBuffer Seal(NodeKind kind, ObjectId[] references, PointBody body)
    {
        using var sealer = new FrameSealer(_request.Keys);
        byte[] bytes = PointBodyCodec.Encode(body);
        var frame = new FrameBuffer();
        sealer.Seal(kind, _ids.Of(kind, references.AsSpan(), bytes), references, bytes, frame);
        return frame;
    }

    private PointStatistics StatisticsOf(Scan scan, ContentCapture capture) => new()
    {
        Files = scan.Files,
        Folders = scan.Folders,
        Others = scan.Others,
        Bytes = scan.Bytes,
        FilesRead = scan.FilesRead,
        BytesRead = capture.BytesRead,
        NewBytes = _counters.NewBytes,
        StoredBytes = _counters.StoredBytes,
        Warnings = _findings.Total,
    };

    private void Report(BackupPhase phase, PointStatistics now)
    {
        var last = _bases.Point?.Body.Statistics ?? PointStatistics.None;
        _progress.Report(new BackupProgress(
            phase, now.Files, now.Bytes, now.BytesRead, now.NewBytes, now.StoredBytes, last.Files, last.Bytes, "")
        {
            Statistics = now,
        });
    }

    private sealed record ScanOutcome(PointStatistics Statistics, bool IsStopped);

    private sealed record OpenedRoot(VolumeRoot Root, VolumeRoot? Owned) : IDisposable
    {
        public void Dispose() => Owned?.Dispose();
    }

    private sealed class RunStoppedException : Exception;
}
