using Coffer.Agent.Pipeline;
using Coffer.Format.Listing;

namespace Coffer.Agent.Listings;

/// <summary>Stands for a bundle that may still be filling; its members wait for its id.</summary>
internal sealed class BundleTicket
{
    /// <summary>Null until the bundle is closed.</summary>
    public NodeJob? Job { get; set; }
}

/// <summary>An entry that waits until the chunks before it have their ids. Used again and again.</summary>
internal sealed class PendingEntry
{
    private byte[] _path = new byte[256];
    private int _pathLength;

    public EntryFields Fields;
    public ChangeFields Change;

    public ReadOnlySpan<byte> Path => _path.AsSpan(0, _pathLength);

    public Ownership Owner { get; set; } = null!;

    public byte[] SymlinkTarget { get; set; } = [];

    /// <summary>Of an unchanged entry whose extents stand as they are.</summary>
    public Extent[] Extents { get; set; } = [];

    public XattrSet? Xattrs { get; set; }

    /// <summary>The chunk of an attribute set too large for the page, while it has no id yet.</summary>
    public NodeJob? XattrChunk { get; set; }

    public byte[] Unknown { get; set; } = [];

    /// <summary>Of a large file that was read.</summary>
    public FileContent? Content { get; set; }

    /// <summary>Of a small file that was read: the bundle that it went into, at <see cref="BundleOffset"/>.</summary>
    public BundleTicket? Bundle { get; set; }

    public uint BundleOffset { get; set; }

    public void SetPath(ReadOnlySpan<byte> path)
    {
        if (_path.Length < path.Length) _path = new byte[path.Length * 2];
        path.CopyTo(_path);
        _pathLength = path.Length;
    }

    public void Clear()
    {
        Fields = default;
        Change = default;
        SymlinkTarget = [];
        Extents = [];
        Xattrs = null;
        XattrChunk = null;
        Unknown = [];
        Content = null;
        Bundle = null;
    }
}
