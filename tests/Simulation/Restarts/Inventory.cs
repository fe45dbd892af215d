using Coffer.Domain;
using Coffer.Format.Hashing;
using Coffer.Vault.Databases;
using Coffer.Vault.Sqlite;

namespace Coffer.Simulation.Restarts;

/// <summary>
/// All that lies in a closed vault's folder, read past the vault's own code: the tables of both databases and the files
/// of the store.
/// </summary>
internal sealed class Inventory
{
    private const long Present = 1, Removing = 2, SetAside = 4;

    /// <summary>Every column of a point.</summary>
    private static readonly string FactsOfPoints = "SELECT id, " + string.Join(" || '|' || ", ((string[])[
        "keyspace", "machine", "source", "sequence", "received", "agent_time", "state", "tags", "held", "purge_after",
        "expires", "statistics", "stored_bytes", "record", "job"]).Select(column => $"quote({column})"))
        + " FROM points";

    private readonly string _store;
    private readonly Dictionary<ObjectId, long> _packs = [];
    private readonly List<(ObjectId Id, ObjectId Pack)> _frames = [];
    private readonly Dictionary<ObjectId, byte[]> _references = [];
    private readonly List<(ObjectId Id, byte[] References, bool IsDoubted)> _roots = [];
    private readonly List<ObjectId> _points = [], _checkpoints = [];
    private readonly List<Id128> _keyspaces = [];
    private readonly Dictionary<ObjectId, string> _facts = [];

    private Inventory(string folder)
    {
        _store = Path.Combine(folder, "store");
        Read(Path.Combine(folder, "catalog.db"), catalog =>
        {
            _points.AddRange(catalog.CreateCommand("SELECT id FROM points").All(row => row.ObjectId(0)));
            _checkpoints.AddRange(catalog.CreateCommand("SELECT id FROM checkpoints").All(row => row.ObjectId(0)));
            foreach (var (id, facts) in catalog.CreateCommand(FactsOfPoints)
                .All(row => (row.ObjectId(0), row.GetString(1)))) _facts.Add(id, facts);
            HighestSequence = catalog.CreateCommand("SELECT ifnull(max(highest_sequence), 0) FROM sources")
                .First(row => row.GetInt64(0));
            // A registration that was cut short leaves a file that is nobody's.
            _keyspaces.AddRange(catalog.CreateCommand("SELECT id FROM keyspaces").All(row => row.Id128(0)));
        });
        foreach (var keyspace in _keyspaces) Read(Path.Combine(folder, "keyspaces", $"{keyspace}.db"), ReadKeyspace);
    }

    public IReadOnlyList<ObjectId> Checkpoints => _checkpoints;

    public long HighestSequence { get; private set; }

    public static Inventory Of(string folder) => new(folder);

    /// <summary>All that the catalog says of each point.</summary>
    public IReadOnlyDictionary<ObjectId, string> Facts => _facts;

    /// <summary>
    /// Rows and files tell the same, and below each root nothing is missing but what the vault names.
    /// </summary>
    /// <param name="named">Absent, as the vault's own check says.</param>
    /// <param name="isWhole">Every present pack is to be what its name says.</param>
    public void ShouldBeConsistent(IReadOnlySet<ObjectId> named, bool isWhole)
    {
        var files = Stored("packs");
        PacksIn(Present).Except(files).ShouldBeEmpty("packs that are indexed and not there");
        files.Except(PacksIn(Present)).Except(PacksIn(Removing)).Except(PacksIn(SetAside))
            .ShouldBeEmpty("packs that nobody knows");
        Stored("points").ShouldBe(_points.Concat(_checkpoints), ignoreOrder: true);
        Stored("rejected").ShouldBeEmpty();
        Stored("mended").ShouldBeEmpty();
        _frames.Select(frame => frame.Pack).Where(pack => !_packs.ContainsKey(pack)).ShouldBeEmpty("rows of no pack");
        var firm = _roots.FindAll(root => !root.IsDoubted).ConvertAll(root => root.Id);
        firm.ShouldBe(_points.Concat(_checkpoints), ignoreOrder: true, "roots");
        Missing().ShouldBe(named, ignoreOrder: true, "ids that roots need, and those named absent");
        if (isWhole) PacksIn(Present).Where(pack => !IsWhole(pack)).ShouldBeEmpty("packs that are damaged");
    }

    /// <summary>
    /// To be asked long after the last change: nothing is on its way out, and every pack holds something alive.
    /// </summary>
    public void ShouldHaveNoGarbage()
    {
        var alive = Reachable();
        PacksIn(Removing).ShouldBeEmpty("packs that are still being removed");
        PacksIn(Present).Concat(PacksIn(SetAside))
            .Except(_frames.Where(frame => alive.Contains(frame.Id)).Select(frame => frame.Pack))
            .ShouldBeEmpty("packs without anything alive");
        _roots.Where(root => root.IsDoubted).ShouldBeEmpty("roots that nobody claims");
        Directory.EnumerateFiles(Path.Combine(_store, "tmp")).ShouldBeEmpty("unfinished files");
    }

    private static void Read(string path, Action<SqliteConnection> read)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path }.ToString());
        connection.Open();
        connection.CreateCommand("PRAGMA integrity_check").ExecuteScalar().ShouldBe("ok", path);
        read(connection);
    }

    private void ReadKeyspace(SqliteConnection keyspace)
    {
        foreach (var (hash, state) in keyspace.CreateCommand("SELECT hash, state FROM packs")
            .All(row => (row.ObjectId(0), row.GetInt64(1)))) _packs.Add(hash, state);
        _frames.AddRange(keyspace
            .CreateCommand(
                "SELECT f.id, ifnull(p.hash, zeroblob(32)) FROM frames f LEFT JOIN packs p ON p.number = f.pack")
            .All(row => (row.ObjectId(0), row.ObjectId(1))));
        foreach (var (id, ids) in keyspace.CreateCommand("SELECT id, ids FROM page_references")
            .All(row => (row.ObjectId(0), row.Blob(1)))) _references[id] = ids;
        _roots.AddRange(keyspace.CreateCommand("SELECT id, ids, doubted IS NOT NULL FROM roots WHERE kind IN (1, 2)")
            .All(row => (row.ObjectId(0), row.Blob(1), row.GetBoolean(2))));
    }

    private HashSet<ObjectId> Reachable() => Reachable(null, out _);

    private HashSet<ObjectId> Reachable(HashSet<ObjectId>? readable, out HashSet<ObjectId> missing)
    {
        missing = [];
        var seen = new HashSet<ObjectId>();
        var open = new Stack<byte[]>(_roots.Select(root => root.References));
        while (open.TryPop(out byte[]? references))
        {
            for (int at = 0; at < references.Length; at += ObjectId.Size)
            {
                var id = new ObjectId(references.AsSpan(at));
                if (readable?.Contains(id) == false) missing.Add(id);
                else if (seen.Add(id) && _references.TryGetValue(id, out byte[]? below)) open.Push(below);
            }
        }
        return seen;
    }

    // What only a page that is missing refers to is not told by a check either.
    private HashSet<ObjectId> Missing()
    {
        var readable = Readable().ToHashSet();
        Reachable(readable, out var missing);
        return missing;
    }

    private IEnumerable<ObjectId> Readable() =>
        _frames.Where(frame => _packs.GetValueOrDefault(frame.Pack) == Present).Select(frame => frame.Id);

    private IEnumerable<ObjectId> PacksIn(long state) => _packs.Where(pack => pack.Value == state).Select(p => p.Key);

    private bool IsWhole(ObjectId pack)
    {
        string path = Directory.EnumerateFiles(
            Path.Combine(_store, "packs"), pack.ToString(), SearchOption.AllDirectories).Single();
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(File.ReadAllBytes(path), hash);
        return new ObjectId(hash) == pack;
    }

    private List<ObjectId> Stored(string folder)
    {
        string path = Path.Combine(_store, folder);
        return !Directory.Exists(path) ? [] : [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => ObjectId.TryParse(Path.GetFileName(file), out var id) ? id : default)];
    }
}
