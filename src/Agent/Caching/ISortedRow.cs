namespace Coffer.Agent.Caching;

/// <summary>A row of fixed size that begins with its key; tables of the cache folder are sorted by it.</summary>
internal interface ISortedRow<TRow>
    where TRow : struct, ISortedRow<TRow>
{
    /// <summary>Bytes of an encoded row.</summary>
    static abstract int Size { get; }

    /// <summary>The first bytes of a table of such rows.</summary>
    static abstract ReadOnlySpan<byte> Magic { get; }

    static abstract TRow Read(ReadOnlySpan<byte> bytes);

    void Write(Span<byte> target);

    /// <summary>Compares keys only, as their encoded bytes compare.</summary>
    int CompareKey(in TRow other);
}
