using Coffer.Format.Frames;

namespace Coffer.Format.Packs;

/// <summary>Data and metadata never share a pack. On disk: numbers are never reused.</summary>
public enum PackClass : byte
{
    Data = 1,
    Metadata = 2,
}

public static class PackClasses
{
    public static PackClass Of(NodeKind kind) => NodeKinds.IsData(kind) ? PackClass.Data : PackClass.Metadata;
}
