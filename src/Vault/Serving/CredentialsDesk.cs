using System.Security.Cryptography;
using Coffer.Contracts.Wire;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Serving;

/// <summary>Makes credentials files' secrets and tells whether one may still register.</summary>
internal sealed class CredentialsDesk(OpenVault vault)
{
    public (byte[] Secret, DateTimeOffset ValidUntil) Make()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(CredentialsFile.SecretSize);
        var now = vault.Now;
        vault.Catalog.Credentials.Insert(SHA256.HashData(secret), now, now + CredentialsFile.Validity);
        return (secret, now + CredentialsFile.Validity);
    }

    /// <exception cref="Domain.FaultException"><c>credentials.unknown</c>, <c>credentials.superseded</c>,
    /// <c>credentials.expired</c>.</exception>
    public void Require(byte[] secret)
    {
        // By its hash: how long the search takes tells nothing of the secret.
        var row = vault.Catalog.Credentials.Find(SHA256.HashData(secret)) ?? throw ServiceFaults.CredentialsUnknown();
        if (!row.IsNewest) throw ServiceFaults.CredentialsSuperseded();
        if (vault.Now >= row.ValidUntil) throw ServiceFaults.CredentialsExpired(row.ValidUntil);
    }
}
