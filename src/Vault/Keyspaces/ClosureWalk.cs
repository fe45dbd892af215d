using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Vault.Databases;
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
/// Where copies of an id differ in their references, all of them count.
/// </remarks>
internal sealed class ClosureWalk(Database database)
{
    private readonly SqliteCommand _look = database.Prepare("""
        SELECT f.kind, f.closed, EXISTS (SELECT 1 FROM condemned c WHERE c.id = f.id)
        FROM frames f JOIN packs p ON p.number = f.pack
        WHERE f.id = ?1 AND p.state = 1
          AND NOT EXISTS (SELECT 1 FROM damage d WHERE d.id = f.id AND d.pack = f.pack AND d.machine = ?2)
        """);

    private readonly SqliteCommand _references = database.Prepare(
        "SELECT r.ids FROM page_references r JOIN packs p ON p.number = r.pack WHERE r.id = ?1 AND p.state = 1");

    private readonly SqliteCommand _close = database.Prepare("UPDATE frames SET closed = ?2 WHERE id = ?1");
    private readonly SqliteCommand _lift = database.Prepare("DELETE FROM condemned WHERE id = ?1");

    /// <summary>Every absent id below <paramref name="references"/>; empty means that the graph is closed.</summary>
    /// <param name="references">Of the root, 32 bytes each.</param>
    /// <param name="machine">For whom copies reported damaged do not count.</param>
    public IReadOnlyList<ObjectId> Run(ReadOnlySpan<byte> references, MachineId machine)
    {
        long epoch = database.QueryFirst("SELECT loss_epoch FROM keyspace", _ => { }, row => row.GetInt64(0));
        var state = new State(epoch);
        _look.Bind(2, machine.Value);
        var path = new Stack<Page>();
        path.Push(new Page(default, references.ToArray()));
        while (path.TryPeek(out var page))
        {
            if (page.Next < page.References.Length) Descend(state, path, page);
            else Finish(state, path);
        }
        return [.. state.Missing];
    }

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
        switch (Look(id, state.Epoch))
        {
            case Standing.Absent:
                page.IsClosed = false;
                if (state.Missing.Count < Limits.MissingAtOnce) state.Missing.Add(id);
                break;
            case Standing.Open:
                if (path.Count > Limits.GraphDepth) throw VaultFaults.Point("its pages lie too deep");
                state.Walked[id] = Outcome.InHand;
                path.Push(new Page(id, ReferencesOf(id)));
                break;
        }
    }

    private void Finish(State state, Stack<Page> path)
    {
        var page = path.Pop();
        if (!path.TryPeek(out var parent)) return; // the root itself, which is no frame
        state.Walked[page.Id] = page.IsClosed ? Outcome.Closed : Outcome.Open;
        parent.IsClosed &= page.IsClosed;
        if (!page.IsClosed) return;
        _close.Bind(1, page.Id);
        _close.Bind(2, state.Epoch);
        _close.ExecuteNonQuery();
    }

    private Standing Look(ObjectId id, long epoch)
    {
        bool isPresent = false, isDone = false, isCondemned = false;
        _look.Bind(1, id);
        using (var row = _look.ExecuteReader())
        {
            while (row.Read())
            {
                isPresent = true;
                isCondemned = row.GetBoolean(2);
                isDone |= NodeKinds.IsData((NodeKind)row.GetByte(0)) || (row.GetInt64(1) == epoch && !isCondemned);
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

    private byte[] ReferencesOf(ObjectId id)
    {
        _references.Bind(1, id);
        var copies = _references.All(row => row.Blob(0));
        var first = copies.Count > 0 ? copies[0] : [];
        // Copies of one id refer to the same, unless somebody lies.
        return copies.TrueForAll(copy => copy.AsSpan().SequenceEqual(first)) ? first : [.. copies.SelectMany(c => c)];
    }

    private enum Standing { Absent, Open, Done }

    private enum Outcome { InHand, Open, Closed }

    private sealed class State(long epoch)
    {
        public long Epoch { get; } = epoch;

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
