using Coffer.Domain;
using Coffer.Format.Frames;

namespace Coffer.Vault.Collecting;

/// <summary>
/// Marks what roots reach, each page once: work follows distinct pages, not points. Invariant between steps: what a
/// marked page refers to is marked, or the page still waits. Ids that came after the table was written need no mark, as
/// nobody asks to condemn them; pages among them are walked all the same, for what they refer to.
/// </summary>
internal sealed class Marking(IdTable ids, MarkState state, GraphReader graph)
{
    private readonly Stack<ObjectId> _newer = new();
    private readonly HashSet<ObjectId> _newerSeen = [];

    /// <summary>
    /// Ids that something alive refers to and the index knows nothing of: what lies below them cannot be told, so
    /// nothing may be condemned. At most <see cref="Limits.MissingAtOnce"/>.
    /// </summary>
    public HashSet<ObjectId> Unknown { get; } = [];

    /// <summary>
    /// While it walks what no root vouches for: a session may send a page before what the page refers to.
    /// </summary>
    public bool PassesOverAbsent { get; set; }

    public bool IsDone => state.Waiting.Count == 0 && _newer.Count == 0;

    /// <summary>Marks ids, 32 bytes each, and lets what they refer to wait.</summary>
    public void Add(ReadOnlySpan<byte> references)
    {
        for (int at = 0; at < references.Length; at += ObjectId.Size) Add(new ObjectId(references[at..]));
    }

    public void Add(ObjectId id)
    {
        long number = ids.Find(id);
        if (number >= 0) AddNumber(number);
        else AddNewer(id, PassesOverAbsent);
    }

    public void AddNumber(long number)
    {
        if (state.Marked.Set(number) && state.Pages[number]) state.Waiting.Push(number);
    }

    /// <summary>Walks until nothing waits, or <paramref name="mayGoOn"/> says no; true when done.</summary>
    public bool Run(Func<bool> mayGoOn)
    {
        while (!IsDone)
        {
            if (!mayGoOn()) return false;
            var page = _newer.Count > 0 ? _newer.Pop() : ids.At(state.Waiting.Pop());
            if (!graph.TryEachReferences(page, Add)) Unknown.Add(page);
        }
        return true;
    }

    // What a lie refers to is kept as well, but that it is nowhere holds up nothing: one member of a shared keyspace
    // could end collection for all, with a copy of another's page that refers to what never was.
    private void Add(byte[] references, bool isLie)
    {
        for (int at = 0; at < references.Length; at += ObjectId.Size)
        {
            var id = new ObjectId(references.AsSpan(at));
            long number = ids.Find(id);
            if (number >= 0) AddNumber(number);
            else AddNewer(id, PassesOverAbsent || isLie);
        }
    }

    private void AddNewer(ObjectId id, bool passesOverAbsent)
    {
        if (!_newerSeen.Add(id)) return;
        if (graph.KindOf(id) is not { } kind)
        {
            if (!passesOverAbsent && Unknown.Count < Limits.MissingAtOnce) Unknown.Add(id);
            _newerSeen.Remove(id); // a root may refer to it as well
        }
        else if (!NodeKinds.IsData(kind))
        {
            _newer.Push(id);
        }
    }
}
