using Coffer.Domain;

namespace Coffer.Agent.Listings;

/// <summary>
/// Ids of base pages read a short while ago. A new page that equals one is reachable from a held base, so the vault
/// need not be asked. Nothing is known while the base has lost anything.
/// </summary>
internal sealed class KnownPages(bool isTrusted)
{
    private readonly HashSet<ObjectId> _ids = [];
    private readonly Queue<ObjectId> _order = new();

    public void Add(ObjectId id)
    {
        if (!isTrusted || !_ids.Add(id)) return;
        _order.Enqueue(id);
        if (_order.Count > Limits.RememberedPages) _ = _ids.Remove(_order.Dequeue());
    }

    public bool Contains(ObjectId id) => _ids.Contains(id);
}
