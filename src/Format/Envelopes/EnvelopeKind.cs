namespace Coffer.Format.Envelopes;

/// <summary>What opens an envelope. The numbers are written and never used again for something else.</summary>
public enum EnvelopeKind : byte
{
    /// <summary>A passphrase, through Argon2id.</summary>
    Passphrase = 1,

    /// <summary>A recovery key of 256 random bits, which needs no Argon2id.</summary>
    Recovery = 2,
}
