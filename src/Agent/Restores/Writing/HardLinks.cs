using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Writing;

internal enum LinkState
{
    Pending,
    Made,

    /// <summary>The first name was not restored as it should be: each further name stands alone.</summary>
    Failed,
}

/// <summary>The first restored name of a hard-link group, which further names are linked to once it is there.</summary>
internal sealed class LinkHead
{
    private readonly Lock _gate = new();
    private readonly List<FileWork> _waiting = [];
    private LinkState _state;

    public TargetFolder? Folder { get; private set; }

    public byte[] Name { get; private set; } = [];

    public FileMetadata Found { get; private set; }

    /// <summary>Queues a further name while the first is on its way; else tells what became of that.</summary>
    public LinkState Follow(FileWork work)
    {
        lock (_gate)
        {
            if (_state == LinkState.Pending) _waiting.Add(work);
            return _state;
        }
    }

    /// <summary>The first name is there; returns those that waited for it.</summary>
    public IReadOnlyList<FileWork> Made(TargetFolder folder, byte[] name, in FileMetadata found)
    {
        lock (_gate)
        {
            folder.AddReference();
            (Folder, Name, Found, _state) = (folder, name, found, LinkState.Made);
            return [.. _waiting];
        }
    }

    public IReadOnlyList<FileWork> Failed()
    {
        lock (_gate)
        {
            if (_state == LinkState.Pending) _state = LinkState.Failed;
            return [.. _waiting];
        }
    }
}

/// <summary>
/// The groups met so far. Names are linked only where content and metadata are equal, so one group may have several
/// heads. Lives as long as the run and grows with the groups, not with the files.
/// </summary>
internal sealed class HardLinks
{
    private readonly Dictionary<(int Part, ulong Group, ObjectId Content, ObjectId Metadata), LinkHead> _heads = [];

    /// <summary>The head to link to; a new one, for the caller to make, where <paramref name="isNew"/>.</summary>
    public LinkHead HeadOf(int part, ulong group, ObjectId content, ObjectId metadata, out bool isNew)
    {
        var key = (part, group, content, metadata);
        isNew = !_heads.TryGetValue(key, out var head);
        if (isNew) _heads.Add(key, head = new LinkHead());
        return head!;
    }

    public void Release()
    {
        foreach (var head in _heads.Values) head.Folder?.Release();
        _heads.Clear();
    }
}
