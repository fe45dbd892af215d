using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Vault.Databases;
using Coffer.Vault.Sharing;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Keyspaces;

/// <summary>Where one copy of a frame lies.</summary>
/// <param name="IsSetAside">In a damaged pack, where nothing proves it.</param>
internal readonly record struct FramePlace(long Pack, long Offset, int Length, bool IsSetAside);

/// <summary>
/// Looks ids up through a connection of its own; for one thread at a time, see <see cref="FrameLookups"/>.
/// </summary>
internal sealed class FrameLookup : IDisposable
{
    // A damaged copy counts as absent for the machine that told of it, and for that one alone.
    private const string Present = """
        JOIN packs p ON p.number = f.pack
        WHERE f.id = ?1 AND p.state = 1
          AND NOT EXISTS (SELECT 1 FROM damage d WHERE d.id = f.id AND d.pack = f.pack AND d.machine = ?2)
          AND NOT EXISTS (SELECT 1 FROM condemned c WHERE c.id = f.id)
          AND NOT EXISTS (SELECT 1 FROM lost l WHERE l.id = f.id)
        """;

    private readonly Database _database;
    private readonly SqliteCommand _begin, _end, _epoch, _have, _haveBy, _copy, _pack, _length;

    public FrameLookup(string path)
    {
        _database = Database.Open(path, KeyspaceSchema.Schema, forReading: true);
        _begin = _database.Prepare("BEGIN");
        _end = _database.Prepare("COMMIT");
        _epoch = _database.Prepare("SELECT loss_epoch FROM keyspace");
        _have = _database.Prepare($"SELECT f.kind, f.closed FROM frames f {Present}");
        _haveBy = _database.Prepare(
            "SELECT f.kind, f.closed, w.machine, f.received FROM frames f LEFT JOIN writers w ON w.number = f.writer "
            + Present);
        // A quarantined pack is still worth a try, when all others have failed; one being removed is not.
        _copy = _database.Prepare("""
            SELECT f.pack, f.offset, f.length, p.state = 4 FROM frames f JOIN packs p ON p.number = f.pack
            WHERE f.id = ?1 AND p.state IN (1, 4) ORDER BY p.state, f.received, f.pack LIMIT 1 OFFSET ?2
            """);
        _pack = _database.Prepare("SELECT hash FROM packs WHERE number = ?1");
        _length = _database.Prepare("SELECT length FROM packs WHERE number = ?1");
    }

    /// <summary>
    /// For each id: a chunk that is present, or a page that is closed. Where this throws, the lookup is to be disposed.
    /// </summary>
    /// <param name="audience">Whose copies count.</param>
    public void Have(ReadOnlySpan<ObjectId> ids, Audience audience, Span<bool> present)
    {
        try
        {
            // One state of the file for all, and one lock of it instead of one for each id.
            _begin.ExecuteNonQuery();
            long epoch = _epoch.First(row => row.GetInt64(0));
            (audience.IsEverybody ? _have : _haveBy).Bind(2, audience.Machine.Value);
            for (int i = 0; i < ids.Length; i++)
                present[i] = audience.IsEverybody ? Have(ids[i], epoch) : Have(ids[i], epoch, audience);
            // Not after a failure: SQLite may have ended it by itself, and would then hide what failed.
            _end.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw _database.Explain(e);
        }
    }

    /// <summary>Copy <paramref name="copy"/> of a frame, the oldest first; false where there is no such copy.</summary>
    public bool TryFind(ObjectId id, int copy, out FramePlace place)
    {
        try
        {
            _copy.Bind(1, id);
            _copy.Bind(2, copy);
            using var row = _copy.ExecuteReader();
            bool found = row.Read();
            place = found
                ? new FramePlace(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetBoolean(3))
                : default;
            return found;
        }
        catch (SqliteException e)
        {
            throw _database.Explain(e);
        }
    }

    public ObjectId PackHash(long number)
    {
        try
        {
            _pack.Bind(1, number);
            return _pack.First(row => row.ObjectId(0));
        }
        catch (SqliteException e)
        {
            throw _database.Explain(e);
        }
    }

    /// <summary>Bytes of the whole pack, as it came in.</summary>
    public long PackLength(long number)
    {
        try
        {
            _length.Bind(1, number);
            return _length.First(row => row.GetInt64(0));
        }
        catch (SqliteException e)
        {
            throw _database.Explain(e);
        }
    }

    public void Dispose() => _database.Dispose();

    private bool Have(ObjectId id, long epoch)
    {
        _have.Bind(1, id);
        using var row = _have.ExecuteReader();
        while (row.Read())
            if (NodeKinds.IsData((NodeKind)row.GetByte(0)) || row.GetInt64(1) == epoch) return true;
        return false;
    }

    private bool Have(ObjectId id, long epoch, Audience audience)
    {
        _haveBy.Bind(1, id);
        using var row = _haveBy.ExecuteReader();
        while (row.Read())
        {
            MachineId? writer = row.IsDBNull(2) ? null : new MachineId(row.Id128(2));
            if (!audience.Counts(writer, row.Time(3))) continue;
            if (NodeKinds.IsData((NodeKind)row.GetByte(0)) || row.GetInt64(1) == epoch) return true;
        }
        return false;
    }
}
