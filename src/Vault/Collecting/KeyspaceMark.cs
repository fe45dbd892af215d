using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage.Folders;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Collecting;

/// <summary>
/// One mark of a keyspace: the ids that it held at its beginning, and which of them are alive. Alive is what a point, a
/// checkpoint or a session's base reaches, and every frame that came in lately with all it refers to.
/// </summary>
internal sealed class KeyspaceMark : IDisposable
{
    /// <summary>Between two looks whether the process is to stop: some milliseconds.</summary>
    public const int Stride = 4096;

    private readonly OpenVault _vault;
    private readonly KeyspaceFile _keyspace;
    private readonly string _name;
    private readonly GraphReader _graph;
    private readonly MarkState _state;
    private readonly Marking _marking;
    private readonly HashSet<ObjectId> _givenUp;
    private bool _isNew, _isKept;

    private KeyspaceMark(OpenVault vault, KeyspaceFile keyspace, string name, GraphReader graph, MarkState state)
    {
        _givenUp = GivenUp(vault, keyspace.Keyspace);
        (_vault, _keyspace, _name, _graph, _state) = (vault, keyspace, name, graph, state);
        Ids = IdTable.Open(vault.Folder.ReadWork(MarkState.IdsOf(name))!);
        _marking = new Marking(Ids, state, graph);
    }

    public IdTable Ids { get; }

    public Bits Marked => _state.Marked;

    public GraphReader Graph => _graph;

    /// <summary>See <see cref="Marking.Unknown"/>.</summary>
    public IReadOnlySet<ObjectId> Unknown => _marking.Unknown;

    /// <summary>Goes on with a mark that was kept, or writes down what the keyspace holds now.</summary>
    public static KeyspaceMark BeginOrGoOn(OpenVault vault, KeyspaceFile keyspace, CollectionRules rules)
    {
        string name = NameOf(keyspace.Keyspace);
        var graph = new GraphReader(keyspace.Path);
        try
        {
            if (MarkState.TryRead(vault.Folder, name) is { } kept)
                return new KeyspaceMark(vault, keyspace, name, graph, kept);
            MarkState begun;
            using (var ids = vault.Folder.OpenWork(MarkState.IdsOf(name)))
                begun = Begin(
                    graph, keyspace, new IdTableWriter(ids), (vault.Now - rules.YoungPack).UtcTicks,
                    vault.Options.Stopping);
            return new KeyspaceMark(vault, keyspace, name, graph, begun) { _isNew = true };
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Drops a mark that was kept: what it rests on is no longer so. One that passed over what a point had lost, say,
    /// knows nothing of what lies below where that comes back.
    /// </summary>
    public static void Forget(OwnedFolder folder, KeyspaceId keyspace) => MarkState.Remove(folder, NameOf(keyspace));

    /// <summary>Leaves the mark for the next collection to go on with.</summary>
    public void Keep()
    {
        if (Unknown.Count > 0) return; // would be forgotten, and then nothing stood in the way of condemning
        _state.Write(_vault.Folder, _name);
        _isKept = true;
    }

    /// <summary>Marks from every root and young frame; false where time ran out, and the next call goes on.</summary>
    public bool Run(Func<bool> mayGoOn)
    {
        if (!_state.HasRoots)
        {
            // Once: roots that come later are the fence's. Gone through anew each time, they could use up all of it.
            if (_isNew) AddRoots();
            if (!_marking.Run(mayGoOn)) return false;
            _state.HasRoots = true;
        }
        return RunYoung(mayGoOn);
    }

    /// <summary>
    /// Within the transaction that decides: marks what was added since, so that nothing alive is left out. Short, as
    /// all that was marked before is passed over.
    /// </summary>
    public void Fence()
    {
        AddRoots();
        RunToEnd();
        _marking.PassesOverAbsent = true;
        AddGivenUp();
        foreach (var pack in _keyspace.Packs.After(_state.LastPack))
            foreach (var entry in Tables.Read(_vault.Store, new PackName(_keyspace.Keyspace, pack.Hash)).Entries)
                if (!NodeKinds.IsData(entry.Kind)) _marking.Add(entry.References.Span);
        RunToEnd();
        _marking.PassesOverAbsent = false;
    }

    public void Dispose()
    {
        Ids.Dispose();
        _graph.Dispose();
        if (!_isKept) MarkState.Remove(_vault.Folder, _name);
    }

    // Half of a fence decides nothing: whoever stops it ends the transaction that it is a part of.
    private void RunToEnd() => _ = _marking.Run(() =>
    {
        _vault.Options.Stopping.ThrowIfCancellationRequested();
        return true;
    });

    private void AddRoots()
    {
        foreach (var (id, references) in _keyspace.Roots.AllReferences())
            if (!_givenUp.Contains(id)) _marking.Add(references);
    }

    // All that is left of them is alive. Only after the others are through: what those need as well stops collection.
    private void AddGivenUp()
    {
        foreach (var (id, references) in _keyspace.Roots.AllReferences())
            if (_givenUp.Contains(id)) _marking.Add(references);
    }

    private static HashSet<ObjectId> GivenUp(OpenVault vault, KeyspaceId keyspace) =>
        [.. vault.Catalog.Points.List(new PointFilter(Keyspace: keyspace))
            .Where(point => point.IsGivenUp).Select(point => point.Id)];

    /// <summary>Of the files in which a mark waits to be gone on with.</summary>
    public static string NameOf(KeyspaceId keyspace) => $"{VaultFolder.Keyspaces}/{keyspace}.mark";

    // What a session sent and has not committed: pages may still wait for what they refer to.
    private bool RunYoung(Func<bool> mayGoOn)
    {
        _marking.PassesOverAbsent = true;
        try
        {
            AddGivenUp();
            if (!_marking.Run(mayGoOn)) return false;
            for (; _state.NextYoung < Ids.Count; _state.NextYoung++)
            {
                if (!_state.Young[_state.NextYoung]) continue;
                _marking.AddNumber(_state.NextYoung);
                if (!_marking.Run(mayGoOn)) return false;
            }
            return _marking.Run(mayGoOn);
        }
        finally
        {
            _marking.PassesOverAbsent = false;
        }
    }

    private static MarkState Begin(
        GraphReader graph, KeyspaceFile keyspace, IdTableWriter table, long youngSince, CancellationToken stopping)
    {
        // Before the frames are read: a pack that comes in between is taken for a new one, and looked into twice.
        long lastPack = keyspace.Packs.LastNumber();
        var pages = new List<long>();
        var young = new List<long>();
        long count = Write(graph, table, youngSince, pages, young, stopping);
        return new MarkState(lastPack, BitsOf(count, pages), BitsOf(count, young), new Bits(count));
    }

    private static long Write(
        GraphReader graph, IdTableWriter table, long youngSince, List<long> pages, List<long> young,
        CancellationToken stopping)
    {
        var before = new byte[ObjectId.Size];
        graph.Frames((id, kind, _, _, received) =>
        {
            if (table.Count % Stride == 0) stopping.ThrowIfCancellationRequested();
            if (table.Count == 0 || !id.SequenceEqual(before))
            {
                id.CopyTo(before);
                table.Add(id);
                if (!NodeKinds.IsData(kind)) pages.Add(table.Count - 1);
            }
            // Of several copies the youngest says it: a copy that came lately was sent because somebody needs it.
            bool isNoted = young.Count > 0 && young[^1] == table.Count - 1;
            if (received >= youngSince && !isNoted) young.Add(table.Count - 1);
        });
        return table.Count;
    }

    private static Bits BitsOf(long length, List<long> set)
    {
        var bits = new Bits(length);
        foreach (long number in set) bits.Set(number);
        return bits;
    }
}
