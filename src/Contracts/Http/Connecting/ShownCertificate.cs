namespace Coffer.Contracts.Http.Connecting;

/// <summary>The certificate that the vault, or whoever answered, has shown.</summary>
/// <param name="Pin">SHA-256 of its public key.</param>
public sealed record ShownCertificate(byte[] Pin, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
