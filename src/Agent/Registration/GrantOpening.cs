using System.Security.Cryptography;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Http.Throttling;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>How the vault is reached.</summary>
/// <param name="Proxy">This machine's own; null: none.</param>
/// <param name="Patience">How long the vault may be away.</param>
/// <param name="Throttle">Null: as fast as the line takes it.</param>
public sealed record GrantLine(
    VaultProxy? Proxy, TimeProvider Time, TimeSpan Patience, LineThrottle? Throttle = null);

/// <summary>
/// Opens another server's points in a served vault, with a credentials file and that server's passphrase. The vault
/// gets a signature and never the passphrase; what it answers is opened and checked here.
/// </summary>
public sealed class GrantOpening : IDisposable
{
    private readonly EnvelopeSecrets _secrets;

    private GrantOpening(EnvelopeSecrets secrets, GrantAnswer answer, KeyspaceKeys keys, RemoteVault vault) =>
        (_secrets, Server, Sharing, Keys, Vault) = (secrets, answer.Machine, answer.Sharing, keys, vault);

    public MachineId Server { get; }

    /// <summary>As the vault says it; null where the keyspace is the server's own.</summary>
    public SharingTerms? Sharing { get; }

    /// <summary>The caller's.</summary>
    public KeyspaceKeys Keys { get; }

    /// <summary>For reading; the caller's. It needs this object for as long as it is used.</summary>
    public RemoteVault Vault { get; }

    /// <param name="server">Name or id.</param>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>grant.locked</c>, <c>credentials.…</c>.</exception>
    public static Task<GrantOpening> OpenAsync(
        CredentialsFile credentials, string server, string passphrase, GrantLine line,
        CancellationToken cancellationToken) =>
        OpenAsync(
            new RemoteVaultOptions
            {
                Service = CredentialsReader.ServiceOf(credentials),
                Time = line.Time,
                Proxy = line.Proxy,
                Throttle = line.Throttle,
            },
            credentials.Secret, server, passphrase, line.Patience, cancellationToken);

    /// <param name="options">How the service is reached.</param>
    internal static async Task<GrantOpening> OpenAsync(
        RemoteVaultOptions options, byte[] secret, string server, string passphrase, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        await using var asking = new RemoteVault(options with { RegistrationSecret = secret });
        var found = await asking.ReadLockAsync(server, cancellationToken);
        var secrets = SecretsOf(passphrase, found);
        try
        {
            var grant = new GrantIdentity(server, found.Keyspace, secret, message =>
                secrets.AuthenticationKey.SignData(
                    message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            var answer = await asking.RequestGrantAsync(grant, cancellationToken);
            var keys = EnvelopeSealer.Open(Envelope.Decode(answer.Envelope, "the server's envelope"), secrets);
            if (keys.Keyspace != found.Keyspace || answer.Keyspace != found.Keyspace)
            {
                keys.Dispose();
                throw new CorruptionException(
                    "the vault's answer", $"an envelope of keyspace {found.Keyspace}", $"one of {keys.Keyspace}");
            }
            var vault = new RemoteVault(options with { Grant = grant, Patience = patience });
            return new GrantOpening(secrets, answer, keys, vault);
        }
        catch
        {
            secrets.Dispose();
            throw;
        }
    }

    /// <summary>Shows the vault that whoever asks to go on as the server with a new key knows its passphrase.</summary>
    internal byte[] ProveAdoption(VaultId vault, byte[] machineKey) => _secrets.AuthenticationKey.SignData(
        AdoptionProof.Message(vault, Server, machineKey), HashAlgorithmName.SHA256,
        DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc cref="ProveAdoption"/>
    internal byte[] ProveJoin(VaultId vault, byte[] machineKey) => _secrets.AuthenticationKey.SignData(
        JoinProof.Message(vault, Keys.Keyspace, machineKey), HashAlgorithmName.SHA256,
        DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

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
