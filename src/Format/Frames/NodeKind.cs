namespace Coffer.Format.Frames;

/// <summary>What a node of the storage graph is. On disk: numbers are never reused.</summary>
public enum NodeKind : byte
{
    /// <summary>Bytes of one large file, a bundle of small files, or one large attribute set.</summary>
    Chunk = 1,

    /// <summary>Where a file of many extents keeps them.</summary>
    ExtentPage = 2,

    /// <summary>Entries of a listing, in order.</summary>
    ListingPage = 3,

    /// <summary>What only tells change, one for each listing page.</summary>
    ChangePage = 4,

    /// <summary>First paths and ids of the pages below.</summary>
    TreePage = 5,

    /// <summary>A finished recovery point of one data source.</summary>
    Point = 6,

    /// <summary>An unfinished one.</summary>
    Checkpoint = 7,
}

public static class NodeKinds
{
    public static bool IsKnown(NodeKind kind) => kind is >= NodeKind.Chunk and <= NodeKind.Checkpoint;

    /// <summary>Chunks are sealed under the data sub-key and lie in data packs, all else is metadata.</summary>
    public static bool IsData(NodeKind kind) => kind == NodeKind.Chunk;

    /// <summary>
    /// How many references a frame of this kind has, at least and at most. Whoever walks the graph without a key
    /// relies on it.
    /// </summary>
    public static (int Least, int Most) References(NodeKind kind) => kind switch
    {
        NodeKind.ExtentPage => (1, Limits.MaxPageExtents),
        NodeKind.ListingPage => (0, Limits.MaxReferences),
        NodeKind.TreePage => (0, Limits.MaxTreeChildren),
        NodeKind.Point => (2, 2),
        // The third is the top extent page of the file in hand.
        NodeKind.Checkpoint => (2, 3),
        _ => (0, 0),
    };
}
