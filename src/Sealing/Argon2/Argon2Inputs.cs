namespace Coffer.Sealing.Argon2;

/// <summary>What goes into one Argon2id (RFC 9106, 3.1), within the RFC's bounds rather than the envelope's.</summary>
internal readonly ref struct Argon2Inputs
{
    public required ReadOnlySpan<byte> Password { get; init; }

    public required ReadOnlySpan<byte> Salt { get; init; }

    /// <summary>The RFC's K; envelopes have none, its test vector does.</summary>
    public ReadOnlySpan<byte> Secret { get; init; }

    /// <summary>The RFC's X; envelopes have none, its test vector does.</summary>
    public ReadOnlySpan<byte> Associated { get; init; }

    public required int MemoryKib { get; init; }

    public required int Passes { get; init; }

    public required int Lanes { get; init; }
}
