using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Vault.Databases;
using Coffer.Vault.Sharing;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Keyspaces;

/// <summary>
/// The one function that everything passes that adds a root. It walks the pages below which are new, condemned, or
/// whose mark is of an older loss epoch; marks those closed under which all is present; lifts the condemnation of what
/// it meets; and names every id that is absent. To be run within the transaction that adds the root.
/// </summary>
/// <remarks>
/// Invariants: below a closed page all is present and closed; nothing uncondemned refers to a condemned id. So a page
/// that is closed in this epoch and not condemned is not walked. A page is marked after all below it (post-order).
/// Ids are opaque here, so a writer could make two pages refer to each other: that is refused, not walked for ever.
/// Where copies of an id differ in their references, all of them count; but for copies that do not count for whoever
/// the walk is for (<see cref="Audience"/>), or a member of a shared keyspace could have the others' points refused.
/// </remarks>
internal sealed class ClosureWalk(Database database)
{
    private readonly SqliteCommand _look = database.Prepare("""
        SELECT f.kind, f.closed, EXISTS (SELECT 1 FROM condemned c WHERE c.id = f.id), w.machine, f.received
        FROM frames f JOIN packs p ON p.number = f.pack LEFT JOIN writers w ON w.number = f.writer
        WHERE f.id = ?1 AND p.state = 1
          AND NOT EXISTS (SELECT 1 FROM damage d WHERE d.id = f.id AND d.pack = f.pack AND d.machine = ?2)
          AND NOT EXISTS (SELECT 1 FROM lost l WHERE l.id = f.id)
        """);

    private readonly SqliteCommand _references = database.Prepare("""
        SELECT r.ids, w.machine, f.received FROM page_references r JOIN packs p ON p.number = r.pack
        JOIN frames f ON f.id = r.id AND f.pack = r.pack LEFT JOIN writers w ON w.number = f.writer
        WHERE r.id = ?1 AND p.state = 1
        """);

    private readonly SqliteCommand _copies = database.Prepare(
        "SELECT f.pack, w.machine, f.received FROM frames f LEFT JOIN writers w ON w.number = f.writer "
        + "WHERE f.id = ?1");

    private readonly SqliteCommand _close = database.Prepare("UPDATE frames SET closed = ?2 WHERE id = ?1");

    private readonly SqliteCommand _closeCopy = database.Prepare(
        "UPDATE frames SET closed = ?2 WHERE id = ?1 AND pack = ?3");

    private readonly SqliteCommand _lift = database.Prepare("DELETE FROM condemned WHERE id = ?1");

    /// <summary>Every absent id below <paramref name="references"/>; empty means that the graph is closed.</summary>
    /// <param name="references">Of the root, 32 bytes each.</param>
    /// <param name="audience">Whose copies count.</param>
    public IReadOnlyList<ObjectId> Run(ReadOnlySpan<byte> references, Audience audience)
    {
        long epoch = database.QueryFirst("SELECT loss_epoch FROM keyspace", _ => { }, row => row.GetInt64(0));
        bool goesByMarks = !audience.SharesMarks || !HasReported(audience.Machine);
        var state = new State(epoch, audience) { GoesByMarks = goesByMarks };
        _look.Bind(2, audience.Machine.Value);
        var path = new Stack<Page>();
        path.Push(new Page(default, references.ToArray()));
        while (path.TryPeek(out var page))
        {
            if (page.Next < page.References.Length) Descend(state, path, page);
            else Finish(state, path);
        }
        return [.. state.Missing];
    }

    private bool HasReported(MachineId machine) => database.QueryFirst(
        "SELECT EXISTS (SELECT 1 FROM damage WHERE machine = ?1)",
        command => command.Bind(1, machine.Value), row => row.GetBoolean(0));

    private void Descend(State state, Stack<Page> path, Page page)
    {
        var id = new ObjectId(page.References.Span[page.Next..]);
        page.Next += ObjectId.Size;
        if (state.Walked.TryGetValue(id, out var outcome))
        {
            if (outcome == Outcome.InHand) throw VaultFaults.Point($"page {id} refers to itself");
            page.IsClosed &= outcome == Outcome.Closed;
            return;
        }
        switch (Look(id, state))
        {
            case Standing.Absent:
                page.IsClosed = false;
                if (state.Missing.Count < Limits.MissingAtOnce) state.Missing.Add(id);
                break;
            case Standing.Open:
                if (path.Count > Limits.GraphDepth) throw VaultFaults.Point("its pages lie too deep");
                state.Walked[id] = Outcome.InHand;
                path.Push(new Page(id, ReferencesOf(id, state.Audience)));
                break;
        }
    }

    private void Finish(State state, Stack<Page> path)
    {
        var page = path.Pop();
        if (!path.TryPeek(out var parent)) return; // the root itself, which is no frame
        state.Walked[page.Id] = page.IsClosed ? Outcome.Closed : Outcome.Open;
        parent.IsClosed &= page.IsClosed;
        if (page.IsClosed) Close(page.Id, state);
    }

    private void Close(ObjectId page, State state)
    {
        if (state.Audience.MarksAll)
        {
            _close.Bind(1, page);
            _close.Bind(2, state.Epoch);
            _close.ExecuteNonQuery();
            return;
        }
        _copies.Bind(1, page);
        foreach (var (pack, writer, received) in _copies.All(row => (row.GetInt64(0), WriterOf(row, 1), row.Time(2))))
        {
            if (!state.Audience.Marks(writer, received)) continue;
            _closeCopy.Bind(1, page);
            _closeCopy.Bind(2, state.Epoch);
            _closeCopy.Bind(3, pack);
            _closeCopy.ExecuteNonQuery();
        }
    }

    private Standing Look(ObjectId id, State state)
    {
        bool isPresent = false, isDone = false, isCondemned = false;
        _look.Bind(1, id);
        using (var row = _look.ExecuteReader())
        {
            while (row.Read())
            {
                isCondemned = row.GetBoolean(2);
                if (!state.Audience.IsEverybody && !state.Audience.Counts(WriterOf(row, 3), row.Time(4))) continue;
                isPresent = true;
                isDone |= NodeKinds.IsData((NodeKind)row.GetByte(0))
                    || (row.GetInt64(1) == state.Epoch && !isCondemned && state.GoesByMarks);
            }
        }
        if (isCondemned)
        {
            _lift.Bind(1, id);
            _lift.ExecuteNonQuery();
        }
        if (!isPresent) return Standing.Absent;
        return isDone ? Standing.Done : Standing.Open;
    }

    private byte[] ReferencesOf(ObjectId id, Audience audience)
    {
        _references.Bind(1, id);
        var copies = _references
            .All(row => (Ids: row.Blob(0), Counts: audience.Counts(WriterOf(row, 1), row.Time(2))))
            .FindAll(copy => copy.Counts).ConvertAll(copy => copy.Ids);
        var first = copies.Count > 0 ? copies[0] : [];
        // Copies of one id refer to the same, unless somebody lies.
        return copies.TrueForAll(copy => copy.AsSpan().SequenceEqual(first)) ? first : [.. copies.SelectMany(c => c)];
    }

    private static MachineId? WriterOf(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new MachineId(row.Id128(column));

    private enum Standing { Absent, Open, Done }

    private enum Outcome { InHand, Open, Closed }

    private sealed class State(long epoch, Audience audience)
    {
        public long Epoch { get; } = epoch;

        public Audience Audience { get; } = audience;

        public required bool GoesByMarks { get; init; }

        public Dictionary<ObjectId, Outcome> Walked { get; } = [];

        public HashSet<ObjectId> Missing { get; } = [];
    }

    private sealed class Page(ObjectId id, ReadOnlyMemory<byte> references)
    {
        public ObjectId Id { get; } = id;

        public ReadOnlyMemory<byte> References { get; } = references;

        public int Next { get; set; }

        public bool IsClosed { get; set; } = true;
    }
}
