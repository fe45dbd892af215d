namespace Coffer.Contracts.Management;

/// <summary>The certificate of a service, and the next one.</summary>
/// <param name="Pin">SHA-256 of its public key, as machines know it.</param>
/// <param name="IsMadeHere">The service made it, and makes the next one; else somebody gave it.</param>
/// <param name="NextPin">Announced; null: none is.</param>
public sealed record CertificateStatus(
    string Pin, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsMadeHere, string? NextPin,
    DateTimeOffset? NextFrom);

/// <summary>Announces the next certificate.</summary>
/// <param name="Days">Until it takes effect.</param>
/// <param name="Pin">SHA-256 of its public key; null: the service makes the certificate itself.</param>
public sealed record CertificateAnnouncement(int Days, byte[]? Pin = null);
