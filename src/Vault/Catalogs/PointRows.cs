using System.Text;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Retention;
using Coffer.Format.Points;
using Coffer.Format.Records;
using Coffer.Vault.Databases;
using Coffer.Vault.Records;
using Coffer.Vault.Timekeeping;

namespace Coffer.Vault.Catalogs;

/// <param name="Deleted">Of them, restorable until <paramref name="LastPurge"/> at most.</param>
internal sealed record PointSummary(
    int Count, int Deleted, int Held, DateTimeOffset? Oldest, DateTimeOffset? Latest, DateTimeOffset? LastPurge);

/// <param name="Ends">As it was settled last.</param>
internal sealed record EndingPoint(KeptPoint Point, bool IsGivenUp, DateTimeOffset? Ends, string Tags);

/// <summary>Committed points. A row here is what makes a point one.</summary>
internal sealed class PointRows(Database database)
{
    private const string Select =
        "SELECT p.id, p.keyspace, p.machine, p.source, s.type, s.label, p.sequence, p.received, p.state, p.tags, "
        + "p.held, p.statistics, p.job, p.given_up, p.ends, p.expires, p.extended "
        + "FROM points p JOIN sources s ON s.id = p.source ";

    public void Insert(PointRecord point, long counter, long storedBytes) => database.Run(
        "INSERT INTO points (id, keyspace, machine, source, sequence, received, agent_time, state, tags, held, "
        + "statistics, stored_bytes, record, job, expires, ends) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15)",
        command =>
        {
            command.Bind(1, point.Id);
            command.Bind(2, point.Keyspace.Value);
            command.Bind(3, point.Machine.Value);
            command.Bind(4, point.Source.Value);
            command.Bind(5, point.Sequence);
            command.Bind(6, point.Received);
            command.Bind(7, point.AgentTime);
            command.Bind(8, (long)PointState.Live);
            command.Bind(9, string.Join('\n', point.Tags));
            command.Bind(10, point.IsHeld ? 1 : 0);
            command.Bind(11, StatisticsText(point.Statistics));
            command.Bind(12, storedBytes);
            command.Bind(13, counter);
            BindMaybe(command, 14, point.Job?.Value);
            BindMaybe(command, 15, point.RetainUntil);
        });

    public PointDescription? Find(ObjectId point) => database.QueryFirst(
        Select + "WHERE p.id = ?1", command => command.Bind(1, point), Read);

    public PointDescription? Find(SourceId source, long sequence) => database.QueryFirst(
        Select + "WHERE p.source = ?1 AND p.sequence = ?2",
        command =>
        {
            command.Bind(1, source.Value);
            command.Bind(2, sequence);
        },
        Read);

    public ObjectId? Newest(SourceId source) => database.QueryFirst(
        "SELECT id FROM points WHERE source = ?1 AND state = 1 ORDER BY sequence DESC LIMIT 1",
        command => command.Bind(1, source.Value),
        row => (ObjectId?)row.ObjectId(0));

    public List<PointDescription> List(PointFilter filter) => database.Query(
        Select + "WHERE (?1 IS NULL OR p.machine = ?1) AND (?2 IS NULL OR p.source = ?2) "
        + "AND (?3 IS NULL OR p.keyspace = ?3) ORDER BY p.source, p.sequence",
        command =>
        {
            BindMaybe(command, 1, filter.Machine?.Value);
            BindMaybe(command, 2, filter.Source?.Value);
            BindMaybe(command, 3, filter.Keyspace?.Value);
        },
        Read);

    public PointStateRecord? StateOf(ObjectId point) => database.QueryFirst(
        "SELECT state, purge_after, held, expires, given_up, extended FROM points WHERE id = ?1",
        command => command.Bind(1, point),
        row => new PointStateRecord(
            point, row.GetInt32(0) == (int)PointState.SoftDeleted, row.MaybeTime(1), row.GetBoolean(2),
            row.MaybeTime(3), IsPurged: false)
        {
            IsGivenUp = row.GetBoolean(4),
            ExtendedUntil = row.MaybeTime(5),
        });

    /// <summary>Says of a point what a record says, unless it says what a later one does.</summary>
    /// <param name="counter">The record's.</param>
    public void SetState(PointStateRecord state, long counter) => database.Run(
        "UPDATE points SET state = ?2, purge_after = ?3, held = ?4, expires = ?5, record = ?6, "
        + "given_up = ?7, extended = ?8 "
        + "WHERE id = ?1 AND record < ?6",
        command =>
        {
            command.Bind(1, state.Point);
            command.Bind(2, (long)(state.IsDeleted ? PointState.SoftDeleted : PointState.Live));
            BindMaybe(command, 3, state.PurgeAfter);
            command.Bind(4, state.IsHeld ? 1 : 0);
            BindMaybe(command, 5, state.ExpiresAt);
            command.Bind(6, counter);
            command.Bind(7, state.IsGivenUp ? 1 : 0);
            BindMaybe(command, 8, state.ExtendedUntil);
        });

    /// <summary>Points stamped after either of two times.</summary>
    public List<StampedPoint> StampedAfter(DateTimeOffset good, DateTimeOffset now) => database.Query(
        "SELECT id, keyspace, source, sequence, received FROM points WHERE received > min(?1, ?2)",
        command =>
        {
            command.Bind(1, good);
            command.Bind(2, now);
        },
        row => new StampedPoint(
            row.ObjectId(0), new KeyspaceId(row.Id128(1)), new SourceId(row.Id128(2)), row.GetInt64(3), row.Time(4)));

    /// <summary>When a source's points were received, those after a time.</summary>
    public List<DateTimeOffset> ReceivedAfter(SourceId source, DateTimeOffset time) => database.Query(
        "SELECT received FROM points WHERE source = ?1 AND received > ?2",
        command =>
        {
            command.Bind(1, source.Value);
            command.Bind(2, time);
        },
        row => row.Time(0));

    /// <summary>A source's points, deleted ones included, and when the first of them goes; null: none does.</summary>
    public (int Count, DateTimeOffset? NextExpiry) CountOf(SourceId source) => database.QueryFirst(
        "SELECT count(*), min(ifnull(purge_after, ends)) FROM points WHERE source = ?1",
        command => command.Bind(1, source.Value), row => (row.GetInt32(0), row.MaybeTime(1)));

    /// <summary>What there is of a source's points.</summary>
    public PointSummary SummaryOf(SourceId source) => database.QueryFirst(
        "SELECT count(*), ifnull(sum(state = 2), 0), ifnull(sum(held), 0), min(received), max(received), "
        + "max(CASE WHEN state = 2 THEN purge_after END) FROM points WHERE source = ?1",
        command => command.Bind(1, source.Value),
        row => new PointSummary(
            row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.MaybeTime(3), row.MaybeTime(4), row.MaybeTime(5)))!;

    /// <summary>A source's points that are neither deleted nor held.</summary>
    public List<ObjectId> LiveOf(SourceId source) => database.Query(
        "SELECT id FROM points WHERE source = ?1 AND state = 1 AND held = 0",
        command => command.Bind(1, source.Value), row => row.ObjectId(0));

    public void SetReceived(ObjectId point, DateTimeOffset received) => database.Run(
        "UPDATE points SET received = ?2 WHERE id = ?1",
        command =>
        {
            command.Bind(1, point);
            command.Bind(2, received);
        });

    public List<ObjectId> Expired(DateTimeOffset now) => database.Query(
        "SELECT id FROM points WHERE state = 1 AND held = 0 AND ends <= ?1 ORDER BY received",
        command => command.Bind(1, now), row => row.ObjectId(0));

    /// <summary>When a live point goes by itself; null: never.</summary>
    public DateTimeOffset? EndOf(ObjectId point) => database.QueryFirst(
        "SELECT ends FROM points WHERE id = ?1", command => command.Bind(1, point), row => row.MaybeTime(0));

    /// <summary>Of a source's good points the one that is kept for longest, the newest of several.</summary>
    public ObjectId? LastToGo(SourceId source) => database.QueryFirst(
        "SELECT id FROM points WHERE source = ?1 AND state = 1 AND given_up = 0 "
        + "ORDER BY ends IS NULL DESC, ends DESC, received DESC, sequence DESC LIMIT 1",
        command => command.Bind(1, source.Value), row => (ObjectId?)row.ObjectId(0));

    /// <summary>Sources of which a point or the policy has changed since their points' ends were settled.</summary>
    public List<SourceId> Unsettled() => database.Query(
        "SELECT id FROM sources WHERE unsettled = 1", _ => { }, row => new SourceId(row.Id128(0)));

    /// <summary>A source's live points, good ones and given up ones.</summary>
    public List<EndingPoint> EndingOf(SourceId source) => database.Query(
        "SELECT id, sequence, received, expires, given_up, ends, tags, extended FROM points "
        + "WHERE source = ?1 AND state = 1",
        command => command.Bind(1, source.Value),
        row => new EndingPoint(
            new KeptPoint(row.ObjectId(0), row.GetInt64(1), row.Time(2), row.MaybeTime(3))
            {
                ExtendedUntil = row.MaybeTime(7),
            },
            row.GetBoolean(4), row.MaybeTime(5), row.GetString(6)));

    /// <param name="tags">Joined by line feeds.</param>
    public void SetEnd(ObjectId point, DateTimeOffset? ends, string tags) => database.Run(
        "UPDATE points SET ends = ?2, tags = ?3 WHERE id = ?1",
        command =>
        {
            command.Bind(1, point);
            BindMaybe(command, 2, ends);
            command.Bind(3, tags);
        });

    public void SetSettled(SourceId source) => database.Run(
        "UPDATE sources SET unsettled = 0 WHERE id = ?1", command => command.Bind(1, source.Value));

    public List<ObjectId> ToPurge(DateTimeOffset now) => database.Query(
        "SELECT id FROM points WHERE state = 2 AND held = 0 AND purge_after <= ?1 ORDER BY received",
        command => command.Bind(1, now), row => row.ObjectId(0));

    public void Remove(ObjectId point) => database.Run(
        "DELETE FROM points WHERE id = ?1", command => command.Bind(1, point));

    public (long Count, long Bytes) Totals() => database.QueryFirst(
        "SELECT count(*), ifnull(sum(stored_bytes), 0) FROM points", _ => { },
        row => (row.GetInt64(0), row.GetInt64(1)));

    private static string StatisticsText(PointStatistics statistics) => Encoding.UTF8.GetString(
        CanonicalJson.Write(json => PointBodyCodec.WriteStatistics(json, statistics)));

    private static void BindMaybe(Sqlite.SqliteCommand command, int index, Id128? id)
    {
        if (id is { } value) command.Bind(index, value);
        else command.BindNull(index);
    }

    private static void BindMaybe(Sqlite.SqliteCommand command, int index, DateTimeOffset? time)
    {
        if (time is { } value) command.Bind(index, value);
        else command.BindNull(index);
    }

    private static PointDescription Read(Sqlite.SqliteDataReader row) => new(
        row.ObjectId(0), new KeyspaceId(row.Id128(1)), new MachineId(row.Id128(2)), new SourceId(row.Id128(3)),
        row.GetString(4), row.GetString(5), row.GetInt64(6), row.Time(7), (PointState)row.GetInt32(8),
        row.GetString(9).Split('\n', StringSplitOptions.RemoveEmptyEntries), row.GetBoolean(10),
        CanonicalJson.Read(row.GetBlobSpan(11), "a point's statistics in the catalog",
            static json => PointBodyCodec.ReadStatistics(json.Child("statistics"))))
    {
        Job = row.IsDBNull(12) ? null : new JobId(row.Id128(12)),
        IsGivenUp = row.GetBoolean(13),
        ExpiresAt = row.MaybeTime(14),
        RetainUntil = row.MaybeTime(15),
        ExtendedUntil = row.MaybeTime(16),
    };
}
