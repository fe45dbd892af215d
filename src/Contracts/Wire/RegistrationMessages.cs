using System.Security.Cryptography;
using System.Text;
using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Contracts.Wire;

/// <summary>
/// A registration with a served vault. Sent again with the same keys it is answered as the first time, so one that was
/// cut off goes on.
/// </summary>
/// <param name="Secret">Of the credentials file.</param>
public sealed record ServiceRegistration(byte[] Secret, RegistrationRequest Request);

/// <summary>A machine with a new key asks to go on as a known server; it knows the passphrase.</summary>
/// <param name="Secret">Of the credentials file.</param>
public sealed record ServiceAdoption(byte[] Secret, AdoptionRequest Request);

/// <summary>A new machine asks to join the keyspace of a known server; it knows the passphrase.</summary>
/// <param name="Secret">Of the credentials file.</param>
public sealed record ServiceJoin(byte[] Secret, JoinRequest Request);

/// <summary>Asks which servers of a name the vault knows; with a registration secret.</summary>
public sealed record ServerSearch(byte[] Secret, string Name);

/// <summary>
/// What registers a machine: <c>NAME.vaultCredentials</c>. Valid for ten days, and only the newest of a vault; whoever
/// holds it may register, and read nothing.
/// </summary>
/// <param name="Address">Where the vault is served: <c>https://host:port/</c>.</param>
/// <param name="Pin">SHA-256 of the public key of the service's certificate (SubjectPublicKeyInfo).</param>
/// <param name="Secret">32 random bytes.</param>
/// <param name="Check">Of those before, so that a file that was hurt on its way is told as that; null: not known.
/// </param>
/// <param name="NextPin">Announced when the file was made; older agents pass it over.</param>
public sealed record CredentialsFile(
    int Version, Uri Address, VaultId Vault, string VaultName, byte[] Pin, byte[] Secret, DateTimeOffset ValidUntil,
    byte[]? Check = null, NextPin? NextPin = null)
{
    public const int CurrentVersion = 1;
    public const string Extension = ".vaultCredentials";
    public const int SecretSize = 32;

    private const int CheckSize = 8;

    /// <summary>Product: 10 days.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(10);

    /// <summary>Against accidents only: who changes the file on purpose can make this anew.</summary>
    public CredentialsFile WithCheck() => this with { Check = CheckOf() };

    /// <summary>False where something in it is not as it was made.</summary>
    public bool IsAsMade() => Check is null || Check.AsSpan().SequenceEqual(CheckOf());

    private byte[] CheckOf()
    {
        string all = $"{Version}\n{Address.OriginalString}\n{Vault}\n{VaultName}\n{Convert.ToHexStringLower(Pin)}\n"
            + $"{Convert.ToHexStringLower(Secret)}\n{ValidUntil.UtcTicks}";
        return SHA256.HashData(Encoding.UTF8.GetBytes(all))[..CheckSize];
    }
}
