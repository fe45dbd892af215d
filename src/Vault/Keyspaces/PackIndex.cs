using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Vault.Databases;
using Coffer.Vault.Records;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Keyspaces;

/// <summary>A pack and what its table says, about to be indexed.</summary>
/// <param name="Writer">Null where no receipt tells.</param>
/// <param name="Receipt">Counter of the receipt; 0 without one.</param>
internal sealed record IndexedPack(
    PackName Name, PackClass Class, long Length, MachineId? Writer, DateTimeOffset Received, long Receipt,
    PackState State, IReadOnlyList<PackEntry> Entries)
{
    /// <summary>Where the frames came from, where not all from <paramref name="Writer"/>; in their order.</summary>
    public IReadOnlyList<FrameOrigin> Origins { get; init; } = [];
}

/// <summary>One pack as the index has it.</summary>
internal sealed record PackRow(long Number, ObjectId Hash, PackClass Class, long Length, long Frames);

/// <summary>One copy of a frame as the index has it.</summary>
internal sealed record IndexedFrame(ObjectId Id, long Pack, NodeKind Kind, long Offset, int Length);

/// <summary>Packs and the frames in them. A pack is present once its rows are here, and not before.</summary>
internal sealed class PackIndex(Database database)
{
    private readonly SqliteCommand _frame = database.Prepare(
        "INSERT OR IGNORE INTO frames (id, pack, kind, offset, length, writer, received, closed) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)");

    private readonly SqliteCommand _references = database.Prepare(
        "INSERT OR IGNORE INTO page_references (id, pack, ids) VALUES (?1, ?2, ?3)");

    private readonly SqliteCommand _dropFrame = database.Prepare("DELETE FROM frames WHERE id = ?1 AND pack = ?2");

    private readonly SqliteCommand _dropReferences = database.Prepare(
        "DELETE FROM page_references WHERE id = ?1 AND pack = ?2");

    private readonly SqliteCommand _dropDamage = database.Prepare("DELETE FROM damage WHERE id = ?1 AND pack = ?2");

    private readonly SqliteCommand _carry = database.Prepare(
        "UPDATE frames SET closed = "
        + "(SELECT max(f.closed) FROM frames f WHERE f.id = frames.id AND f.writer IS frames.writer) WHERE id = ?1");

    private readonly SqliteCommand _found = database.Prepare("DELETE FROM lost WHERE id = ?1");

    public PackState? StateOf(ObjectId hash) => database.QueryFirst(
        "SELECT state FROM packs WHERE hash = ?1",
        command => command.Bind(1, hash),
        row => (PackState?)row.GetInt32(0));

    /// <summary>
    /// A page of which this machine sent a copy before that refers to other ids; null where there is none. An id covers
    /// what its page refers to, so one of the two is a lie, and many of them would make one page of any size.
    /// </summary>
    public ObjectId? Contradiction(MachineId writer, IReadOnlyList<PackEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (NodeKinds.IsData(entry.Kind)) continue;
            var differing = database.QueryFirst(
                "SELECT 1 FROM page_references r JOIN frames f ON f.id = r.id AND f.pack = r.pack "
                + "JOIN writers w ON w.number = f.writer WHERE r.id = ?1 AND w.machine = ?2 AND r.ids <> ?3 LIMIT 1",
                command =>
                {
                    command.Bind(1, entry.Id);
                    command.Bind(2, writer.Value);
                    command.Bind(3, entry.References.Span);
                },
                row => row.GetInt64(0));
            if (differing == 1) return entry.Id;
        }
        return null;
    }

    /// <summary>All rows of a pack in one transaction. The same pack again changes nothing.</summary>
    public void Add(IndexedPack pack) => database.Transaction(() =>
    {
        if (StateOf(pack.Name.Hash) is not null) return;
        long? writer = pack.Writer is { } machine ? WriterNumber(machine) : null;
        long number = InsertPack(pack, writer);
        int at = 0;
        foreach (var origin in pack.Origins)
        {
            long? sender = origin.Writer is { } sent ? WriterNumber(sent) : null;
            for (int end = Math.Min(pack.Entries.Count, at + origin.Frames); at < end; at++)
                InsertFrame(pack.Entries[at], number, sender, origin.Received);
        }
        for (; at < pack.Entries.Count; at++) InsertFrame(pack.Entries[at], number, writer, pack.Received);
    });

    /// <summary>Who sent a copy of a frame, and when.</summary>
    public FrameOrigin OriginOf(ObjectId id, long pack) => database.QueryFirst(
        "SELECT w.machine, f.received FROM frames f LEFT JOIN writers w ON w.number = f.writer "
        + "WHERE f.id = ?1 AND f.pack = ?2",
        command =>
        {
            command.Bind(1, id);
            command.Bind(2, pack);
        },
        row => new FrameOrigin(1, row.IsDBNull(0) ? null : new MachineId(row.Id128(0)), row.Time(1)))
        ?? throw new CorruptionException("the vault's index", $"a row of {id}", "none");

    /// <summary>
    /// A copy forward is as closed as what it was copied from, and not as another sender's; within a transaction.
    /// </summary>
    public void CarryClosed(ObjectId id)
    {
        _carry.Bind(1, id);
        _carry.ExecuteNonQuery();
    }

    /// <summary>Packs in a state, oldest number first.</summary>
    public List<PackRow> In(PackState state) => database.Query(
        "SELECT number, hash, class, length, frames FROM packs WHERE state = ?1 ORDER BY number",
        command => command.Bind(1, (long)state),
        ReadRow);

    /// <summary>Present packs that came after another.</summary>
    public List<PackRow> After(long pack) => In(PackState.Present).FindAll(row => row.Number > pack);

    public long LastNumber() => database.QueryFirst(
        "SELECT ifnull(max(number), 0) FROM packs", _ => { }, row => row.GetInt64(0));

    /// <summary>Frames in some packs, by pack and offset; looks through all rows, so for many packs at once.</summary>
    public List<IndexedFrame> FramesOf(IReadOnlyCollection<long> packs) => packs.Count == 0 ? [] : database.Query(
        $"SELECT id, pack, kind, offset, length FROM frames WHERE pack IN ({string.Join(',', packs)}) "
        + "ORDER BY pack, offset",
        _ => { },
        row => new IndexedFrame(
            row.ObjectId(0), row.GetInt64(1), (NodeKind)row.GetByte(2), row.GetInt64(3), row.GetInt32(4)));

    /// <summary>Drops the row of one copy of a frame, with what was reported of it; within a transaction.</summary>
    public void DropFrame(ObjectId id, long pack)
    {
        foreach (var command in (SqliteCommand[])[_dropFrame, _dropReferences, _dropDamage])
        {
            command.Bind(1, id);
            command.Bind(2, pack);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>What was reported of a copy holds for its copy as well; within a transaction.</summary>
    public void CarryDamage(ObjectId id, long from, long to) => database.Run(
        "INSERT OR IGNORE INTO damage (id, pack, machine, reported, reason) "
        + "SELECT id, ?3, machine, reported, reason FROM damage WHERE id = ?1 AND pack = ?2",
        command =>
        {
            command.Bind(1, id);
            command.Bind(2, from);
            command.Bind(3, to);
        });

    /// <summary>The same of all frames that two packs have both.</summary>
    public void CarryDamage(long from, long to) => database.Run(
        "INSERT OR IGNORE INTO damage (id, pack, machine, reported, reason) "
        + "SELECT d.id, ?2, d.machine, d.reported, d.reason FROM damage d WHERE d.pack = ?1 "
        + "AND EXISTS (SELECT 1 FROM frames f WHERE f.id = d.id AND f.pack = ?2)",
        command =>
        {
            command.Bind(1, from);
            command.Bind(2, to);
        });

    public PackRow? Find(ObjectId hash) => database.QueryFirst(
        "SELECT number, hash, class, length, frames FROM packs WHERE hash = ?1",
        command => command.Bind(1, hash),
        ReadRow);

    /// <summary>Counter of the record that told of a pack last; 0 where there is none.</summary>
    public long ReceiptOf(long pack) => database.QueryFirst(
        "SELECT receipt FROM packs WHERE number = ?1", command => command.Bind(1, pack), row => row.GetInt64(0));

    /// <summary>Whether some pack that is present holds the id.</summary>
    public bool IsPresent(ObjectId id) => database.QueryFirst(
        "SELECT 1 FROM frames f JOIN packs p ON p.number = f.pack WHERE f.id = ?1 AND p.state = 1 LIMIT 1",
        command => command.Bind(1, id), row => row.GetInt64(0)) == 1;

    public void SetState(long pack, PackState state) => database.Run(
        "UPDATE packs SET state = ?2 WHERE number = ?1",
        command =>
        {
            command.Bind(1, pack);
            command.Bind(2, (long)state);
        });

    /// <summary>The same where its table is gone as well: looks through all rows.</summary>
    public void DropFramesBySearch(long pack)
    {
        database.Run(
            "DELETE FROM condemned WHERE id IN (SELECT id FROM frames WHERE pack = ?1) "
            + "AND NOT EXISTS (SELECT 1 FROM frames f WHERE f.id = condemned.id AND f.pack <> ?1)",
            command => command.Bind(1, pack));
        foreach (string table in (string[])["frames", "page_references", "damage"])
            database.Run($"DELETE FROM {table} WHERE pack = ?1", command => command.Bind(1, pack));
    }

    /// <summary>Drops the rows of a pack that is gone; within a transaction.</summary>
    public void DropFrames(long pack, IReadOnlyList<PackEntry> entries)
    {
        foreach (var entry in entries) DropFrame(entry.Id, pack);
    }

    public (long Count, long Bytes) Totals() => database.QueryFirst(
        "SELECT count(*), ifnull(sum(length), 0) FROM packs WHERE state <> 3", _ => { },
        row => (row.GetInt64(0), row.GetInt64(1)));

    /// <summary>What one machine sent, less what collection has moved to other packs since.</summary>
    public long BytesOf(MachineId writer) => database.QueryFirst(
        "SELECT ifnull(sum(p.length), 0) FROM packs p JOIN writers w ON w.number = p.writer "
        + "WHERE w.machine = ?1 AND p.state <> 3",
        command => command.Bind(1, writer.Value), row => row.GetInt64(0));

    private static PackRow ReadRow(SqliteDataReader row) => new(
        row.GetInt64(0), row.ObjectId(1), (PackClass)row.GetByte(2), row.GetInt64(3), row.GetInt64(4));

    private long WriterNumber(MachineId machine) => database.QueryFirst(
        "INSERT INTO writers (machine) VALUES (?1) "
        + "ON CONFLICT (machine) DO UPDATE SET machine = machine RETURNING number",
        command => command.Bind(1, machine.Value),
        row => row.GetInt64(0));

    private long InsertPack(IndexedPack pack, long? writer) => database.QueryFirst(
        // What came in during a pass over all packs is for the next one.
        "INSERT INTO packs (hash, class, length, frames, state, writer, received, receipt, scrub) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT scrub FROM keyspace)) RETURNING number",
        command =>
        {
            command.Bind(1, pack.Name.Hash);
            command.Bind(2, (long)pack.Class);
            command.Bind(3, pack.Length);
            command.Bind(4, pack.Entries.Count);
            command.Bind(5, (long)pack.State);
            BindMaybe(command, 6, writer);
            command.Bind(7, pack.Received);
            command.Bind(8, pack.Receipt);
        },
        row => row.GetInt64(0));

    private void InsertFrame(PackEntry entry, long pack, long? writer, DateTimeOffset received)
    {
        _frame.Bind(1, entry.Id);
        _frame.Bind(2, pack);
        _frame.Bind(3, (long)entry.Kind);
        _frame.Bind(4, entry.Offset);
        _frame.Bind(5, entry.Length);
        BindMaybe(_frame, 6, writer);
        _frame.Bind(7, received);
        _frame.ExecuteNonQuery();
        // What was lost and comes in again is found.
        _found.Bind(1, entry.Id);
        _found.ExecuteNonQuery();
        if (NodeKinds.IsData(entry.Kind)) return;
        _references.Bind(1, entry.Id);
        _references.Bind(2, pack);
        _references.Bind(3, entry.References.Span);
        _references.ExecuteNonQuery();
    }

    private static void BindMaybe(SqliteCommand command, int index, long? value)
    {
        if (value is { } number) command.Bind(index, number);
        else command.BindNull(index);
    }
}
