using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.Vault.Security;

/// <summary>What PINs and approvals are bound to, as text: people type it, so it is short where it can be.</summary>
public static class Subjects
{
    public const int MaxLength = 400;

    private const int HashCharacters = 20;

    public static string Of(SourceId source) => $"source {source}";

    public static string Of(MachineId server) => $"server {server}";

    public static string Of(ObjectId point) => $"point {point}";

    /// <summary>A policy by its values: what was allowed for one set of them carries no other.</summary>
    public static string OfPolicy(ReadOnlySpan<byte> json) => $"policy {HashOf(json)}";

    public static string OfEnvelope(ReadOnlySpan<byte> envelope) => $"envelope {HashOf(envelope)}";

    // 80 bits: nobody finds another policy of the same in the five minutes that a PIN lives.
    private static string HashOf(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashCharacters];
}
