namespace Coffer.Fuzz;

/// <summary>A reader of bytes from outside, with good inputs to begin from.</summary>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read)
{
    /// <summary>
    /// Sets hashes right after a mutation, as somebody who means harm would; else nothing behind them is ever reached.
    /// </summary>
    public Action<byte[]> Mend { get; init; } = static _ => { };

    /// <summary>What one input of <paramref name="length"/> bytes may cost at most, in bytes allocated.</summary>
    public Func<int, long> MayAllocate { get; init; } = static length => (1 << 20) + (256L * length);

    public override string ToString() => Name;
}
