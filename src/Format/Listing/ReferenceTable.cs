using Coffer.Domain;

namespace Coffer.Format.Listing;

/// <summary>The distinct references of one page in order of first use, and where each stands.</summary>
internal sealed class ReferenceTable
{
    private readonly List<ObjectId> _ids = [];
    private readonly Dictionary<ObjectId, int> _index = [];

    public int IndexOf(ObjectId id)
    {
        if (_index.TryGetValue(id, out int index)) return index;
        _ids.Add(id);
        _index.Add(id, _ids.Count - 1);
        return _ids.Count - 1;
    }

    public ObjectId[] ToArray() => [.. _ids];
}
