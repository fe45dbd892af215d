using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Vault.Databases;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Checking;

/// <summary>
/// Which ids a keyspace really has: in a pack that is present, in a copy that nobody found damaged. Through a
/// connection of its own; for one thread at a time.
/// </summary>
internal sealed class PresenceReader : IDisposable
{
    /// <summary>
    /// One lock of the file for so many looks; a longer one would keep the writer's log from being emptied.
    /// </summary>
    private const int LooksAtOnce = 4096;

    private readonly Database _database;
    private readonly SqliteCommand _begin, _end, _look, _references;
    private int _looks;

    public PresenceReader(string path)
    {
        _database = Database.Open(path, KeyspaceSchema.Schema, forReading: true);
        _begin = _database.Prepare("BEGIN");
        _end = _database.Prepare("COMMIT");
        _look = _database.Prepare("""
            SELECT f.kind FROM frames f JOIN packs p ON p.number = f.pack
            WHERE f.id = ?1 AND p.state = 1
              AND NOT EXISTS (SELECT 1 FROM damage d WHERE d.id = f.id AND d.pack = f.pack)
              AND NOT EXISTS (SELECT 1 FROM lost l WHERE l.id = f.id)
            LIMIT 1
            """);
        _references = _database.Prepare(
            "SELECT r.ids FROM page_references r JOIN packs p ON p.number = r.pack WHERE r.id = ?1 AND p.state = 1");
    }

    /// <summary>Null where no sound copy is present.</summary>
    public NodeKind? KindOf(ObjectId id) => Explained(() =>
    {
        _look.Bind(1, id);
        return _look.First(row => (NodeKind?)row.GetByte(0));
    });

    /// <summary>What a page that is present refers to, by all its copies, 32 bytes each.</summary>
    public byte[] ReferencesOf(ObjectId page) => Explained(() =>
    {
        _references.Bind(1, page);
        var copies = _references.All(row => row.Blob(0));
        // Copies of one id refer to the same, unless somebody lies.
        return copies.TrueForAll(copy => copy.AsSpan().SequenceEqual(copies[0]))
            ? copies.Count > 0 ? copies[0] : []
            : [.. copies.SelectMany(copy => copy)];
    });

    public void Dispose()
    {
        if (_looks > 0) _end.ExecuteNonQuery();
        _database.Dispose();
    }

    private T Explained<T>(Func<T> act)
    {
        try
        {
            if (_looks++ == 0) _begin.ExecuteNonQuery();
            var found = act();
            if (_looks < LooksAtOnce) return found;
            _looks = 0;
            _end.ExecuteNonQuery();
            return found;
        }
        catch (SqliteException e)
        {
            throw _database.Explain(e);
        }
    }
}
