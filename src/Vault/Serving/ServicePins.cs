using Coffer.Contracts.Wire;

namespace Coffer.Vault.Serving;

/// <summary>By which keys of its certificate machines know the service, all its vaults alike.</summary>
public sealed class ServicePins(byte[] current)
{
    /// <summary>
    /// What was signed for the key before counts for so long after a change: a connection lives for an hour, and a
    /// machine that was asleep meanwhile asks anew.
    /// </summary>
    public static readonly TimeSpan PreviousCounts = TimeSpan.FromHours(24);

    private volatile Known _known = new(current, null, null, default);

    /// <summary>SHA-256 of the key that is in use.</summary>
    public byte[] Current => _known.Current;

    /// <summary>Announced to every machine that signs in; null: none is.</summary>
    public NextPin? Next => _known.Next;

    /// <summary>
    /// What to tell a machine that signed for a key. One that still means the key before, over a connection from before
    /// the change, must not take it that the change is off: it would refuse the key in use.
    /// </summary>
    internal NextPin? NextTo(byte[] meant, DateTimeOffset now)
    {
        var known = _known;
        bool isBefore = known.Previous is { } previous && now < known.PreviousUntil
            && previous.AsSpan().SequenceEqual(meant) && !known.Current.AsSpan().SequenceEqual(meant);
        return isBefore ? new NextPin(known.Current, known.PreviousUntil - PreviousCounts) : known.Next;
    }

    /// <param name="previous">The key before; what was signed for it counts until then.</param>
    public void Set(byte[] current, NextPin? next, byte[]? previous, DateTimeOffset previousUntil) =>
        _known = new Known(current, next, previous, previousUntil);

    /// <summary>
    /// Those that a machine may mean when it signs for this service. The next one for clocks that differ; the one
    /// before for connections that were open at the change.
    /// </summary>
    internal IEnumerable<byte[]> Accepted(DateTimeOffset now)
    {
        var known = _known;
        yield return known.Current;
        if (known.Next is { } next) yield return next.Pin;
        if (known.Previous is { } previous && now < known.PreviousUntil) yield return previous;
    }

    private sealed record Known(byte[] Current, NextPin? Next, byte[]? Previous, DateTimeOffset PreviousUntil);
}
