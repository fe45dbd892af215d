using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Vault.Databases;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Collecting;

/// <summary>
/// Reads the graph of a keyspace from its index, through a connection of its own, so that marking keeps nobody waiting.
/// For one thread at a time.
/// </summary>
/// <remarks>
/// Rows count whatever the state of their pack: what a page in a damaged pack refers to is still known, and still kept.
/// </remarks>
internal sealed class GraphReader : IDisposable
{
    private readonly Database _database;
    private readonly SqliteCommand _references, _copies, _kind;

    public GraphReader(string path)
    {
        _database = Database.Open(path, KeyspaceSchema.Schema, forReading: true);
        _references = _database.Prepare("SELECT ids FROM page_references WHERE id = ?1");
        _copies = _database.Prepare(
            "SELECT r.ids, f.closed, (SELECT max(g.closed) FROM frames g WHERE g.id = ?1) FROM page_references r "
            + "LEFT JOIN frames f ON f.id = r.id AND f.pack = r.pack WHERE r.id = ?1");
        _kind = _database.Prepare("SELECT kind FROM frames WHERE id = ?1 LIMIT 1");
    }

    /// <summary>Every frame row in the order of ids: id, kind, length, pack, receive time in ticks.</summary>
    public void Frames(FrameRow each)
    {
        using var command = _database.Prepare("SELECT id, kind, length, pack, received FROM frames ORDER BY id, pack");
        Explained(() =>
        {
            using var row = command.ExecuteReader();
            while (row.Read())
                each(row.GetBlobSpan(0), (NodeKind)row.GetByte(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
        });
    }

    /// <summary>
    /// Gives what a page refers to, copy by copy; false where there is no row of it. One copy in memory at a time:
    /// copies of one id refer to the same, unless somebody lies, and each of many lies counts as well.
    /// </summary>
    /// <param name="each">
    /// With whether it is a lie, as far as can be told: no commit ever found all below this copy, and one found all
    /// below another that refers to something else.
    /// </param>
    public bool TryEachReferences(ObjectId page, Action<byte[], bool> each)
    {
        byte[]? first = null;
        bool differ = false;
        Explained(() =>
        {
            _references.Bind(1, page);
            using var row = _references.ExecuteReader();
            while (!differ && row.Read())
            {
                if (first is null) first = row.Blob(0);
                else differ = !row.GetBlobSpan(0).SequenceEqual(first);
            }
        });
        if (differ) EachCopy(page, each);
        else if (first is not null) each(first, false);
        return first is not null;
    }

    private void EachCopy(ObjectId page, Action<byte[], bool> each) => Explained(() =>
    {
        _copies.Bind(1, page);
        using var row = _copies.ExecuteReader();
        while (row.Read())
        {
            bool isClosed = !row.IsDBNull(1) && row.GetInt64(1) > 0;
            each(row.Blob(0), !isClosed && !row.IsDBNull(2) && row.GetInt64(2) > 0);
        }
    });

    /// <summary>
    /// To name what is hurt: what a page refers to, by all its copies, at most <see cref="Limits.PageReferenceBytes"/>;
    /// null where there is no row of it.
    /// </summary>
    public byte[]? ReferencesOf(ObjectId page)
    {
        byte[]? found = null;
        Explained(() =>
        {
            _references.Bind(1, page);
            foreach (byte[] copy in _references.All(row => row.Blob(0)))
            {
                // Copies of one id refer to the same, unless somebody lies.
                if (found is null) found = copy;
                else if (!copy.AsSpan().SequenceEqual(found)) found = Joined(found, copy);
            }
        });
        return found;
    }

    /// <summary>Null where no pack ever held it, as far as the index knows.</summary>
    public NodeKind? KindOf(ObjectId id)
    {
        NodeKind? kind = null;
        Explained(() =>
        {
            _kind.Bind(1, id);
            kind = _kind.First(row => (NodeKind?)row.GetByte(0));
        });
        return kind;
    }

    public void Dispose() => _database.Dispose();

    private static byte[] Joined(byte[] found, byte[] copy) =>
        found.Length + copy.Length <= Limits.PageReferenceBytes ? [.. found, .. copy] : found;

    private void Explained(Action act)
    {
        try
        {
            act();
        }
        catch (SqliteException e)
        {
            throw _database.Explain(e);
        }
    }
}

/// <summary>One row of a frame.</summary>
internal delegate void FrameRow(ReadOnlySpan<byte> id, NodeKind kind, long length, long pack, long receivedTicks);
