using System.Security.Cryptography;

namespace Coffer.Agent.Registration;

/// <summary>A machine's key as two people compare it over the telephone; the vault shows the same.</summary>
internal static class MachineKeyText
{
    private const int Characters = 16;

    public static string Of(ECDsa key) =>
        Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..Characters];
}
