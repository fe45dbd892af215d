using System.Security.Cryptography;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>
/// Opens another server's points in a served vault, with a credentials file and that server's passphrase. The vault
/// gets a signature and never the passphrase; what it answers is opened and checked here.
/// </summary>
public sealed class GrantOpening : IDisposable
{
    private readonly EnvelopeSecrets _secrets;

    private GrantOpening(EnvelopeSecrets secrets, GrantAnswer answer, KeyspaceKeys keys, RemoteVault vault) =>
        (_secrets, Server, Keys, Vault) = (secrets, answer.Machine, keys, vault);

    public MachineId Server { get; }

    /// <summary>The caller's.</summary>
    public KeyspaceKeys Keys { get; }

    /// <summary>For reading; the caller's. It needs this object for as long as it is used.</summary>
    public RemoteVault Vault { get; }

    /// <param name="server">Name or id.</param>
    /// <param name="proxy">This machine's own; null: none.</param>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>grant.locked</c>, <c>credentials.…</c>.</exception>
    public static async Task<GrantOpening> OpenAsync(
        CredentialsFile credentials, string server, string passphrase, VaultProxy? proxy, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        var service = CredentialsReader.ServiceOf(credentials);
        await using var asking = new RemoteVault(
            new RemoteVaultOptions { Service = service, RegistrationSecret = credentials.Secret, Proxy = proxy });
        var found = await asking.ReadLockAsync(server, cancellationToken);
        var secrets = SecretsOf(passphrase, found);
        try
        {
            var grant = new GrantIdentity(server, found.Keyspace, credentials.Secret, message =>
                secrets.AuthenticationKey.SignData(
                    message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            var answer = await asking.RequestGrantAsync(grant, cancellationToken);
            var keys = EnvelopeSealer.Open(Envelope.Decode(answer.Envelope, "the server's envelope"), secrets);
            var vault = new RemoteVault(
                new RemoteVaultOptions { Service = service, Grant = grant, Proxy = proxy, Patience = patience });
            return new GrantOpening(secrets, answer, keys, vault);
        }
        catch
        {
            secrets.Dispose();
            throw;
        }
    }

    public void Dispose() => _secrets.Dispose();

    private static EnvelopeSecrets SecretsOf(string passphrase, PassphraseLock found)
    {
        bool isBearable = Argon2Parameters.TryCreate(
            (uint)found.MemoryKib, (uint)found.Passes, (uint)found.Lanes, out var parameters)
            && (long)parameters.MemoryKib * parameters.Passes <= Limits.PassphraseWork;
        return isBearable && found.Salt.Length == EnvelopeLayout.SaltSize
            ? EnvelopeSecrets.FromPassphrase(passphrase, found.Salt, parameters)
            : throw new CorruptionException(
                "the vault's answer", "a salt and a cost that an envelope may have",
                $"{found.MemoryKib} KiB, {found.Passes} passes");
    }
}
