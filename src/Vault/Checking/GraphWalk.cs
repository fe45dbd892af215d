using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Vault.Checking;

/// <summary>
/// Walks the graph of a keyspace as an index tells it, each distinct page once over all points, and remembers which
/// pages have something absent below them: only through those are the points that are hurt gone through again.
/// </summary>
/// <param name="kindOf">Of what is there; null where it counts as absent.</param>
/// <param name="referencesOf">What a page that is there refers to, 32 bytes each.</param>
internal sealed class GraphWalk(Func<ObjectId, NodeKind?> kindOf, Func<ObjectId, byte[]> referencesOf)
{
    private readonly Dictionary<ObjectId, bool> _isHurt = [];

    public long Pages => _isHurt.Count;

    public long Nodes { get; private set; }

    public HashSet<ObjectId> Absent { get; } = [];

    /// <summary>Whether all below these references is there; null where it was told to stop.</summary>
    /// <param name="references">Of a point, 32 bytes each.</param>
    public bool? IsWhole(ReadOnlyMemory<byte> references, Func<bool> mayGoOn)
    {
        var path = new Stack<Page>();
        path.Push(new Page(default, references));
        while (true)
        {
            var page = path.Peek();
            if (page.Next < page.References.Length)
            {
                if (!mayGoOn()) return null;
                Descend(path, page);
                continue;
            }
            path.Pop();
            if (!path.TryPeek(out var parent)) return !page.IsHurt;
            _isHurt[page.Id] = page.IsHurt;
            parent.IsHurt |= page.IsHurt;
        }
    }

    /// <summary>The absent ids below references that were walked.</summary>
    public HashSet<ObjectId> AbsentBelow(ReadOnlySpan<byte> references)
    {
        var absent = new HashSet<ObjectId>();
        var seen = new HashSet<ObjectId>();
        var waiting = new Stack<ObjectId>();
        Add(references);
        while (waiting.TryPop(out var page)) Add(referencesOf(page));
        return absent;

        void Add(ReadOnlySpan<byte> ids)
        {
            for (int at = 0; at < ids.Length; at += ObjectId.Size)
            {
                var id = new ObjectId(ids[at..]);
                if (Absent.Contains(id)) absent.Add(id);
                else if (_isHurt.GetValueOrDefault(id) && seen.Add(id)) waiting.Push(id);
            }
        }
    }

    private void Descend(Stack<Page> path, Page page)
    {
        var id = new ObjectId(page.References.Span[page.Next..]);
        page.Next += ObjectId.Size;
        Nodes++;
        if (_isHurt.TryGetValue(id, out bool isHurt))
        {
            page.IsHurt |= isHurt;
        }
        else if (kindOf(id) is not { } kind)
        {
            Absent.Add(id);
            page.IsHurt = true;
        }
        else if (!NodeKinds.IsData(kind))
        {
            // Taken for hurt while it is in hand: ids are opaque here, so pages that refer in circles are possible.
            bool isTooDeep = path.Count > Limits.GraphDepth;
            _isHurt[id] = true;
            page.IsHurt |= isTooDeep;
            if (!isTooDeep) path.Push(new Page(id, referencesOf(id)));
        }
    }

    private sealed class Page(ObjectId id, ReadOnlyMemory<byte> references)
    {
        public ObjectId Id { get; } = id;

        public ReadOnlyMemory<byte> References { get; } = references;

        public int Next { get; set; }

        public bool IsHurt { get; set; }
    }
}
