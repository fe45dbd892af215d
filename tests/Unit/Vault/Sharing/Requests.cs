using System.Security.Cryptography;
using Coffer.Contracts.Registration;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Vault.Serving;

namespace Coffer.Unit.Vault.Sharing;

/// <summary>What machines of other keyspaces ask.</summary>
internal static class Requests
{
    public static RegistrationRequest Alone(KeyspaceKeys keys, byte[] machineKey) => new(
        "lonely", machineKey, keys.Keyspace, keys.AccessKey.ExportSubjectPublicKeyInfo(),
        EnvelopeSealer.Create(keys, VaultFixture.Passphrase, 1, Argon2Parameters.Default).Bytes.ToArray());

    public static JoinRequest Join(ServedVault vault, ServerDescription server, byte[] key)
    {
        var envelope = Envelope.Decode(
            vault.Engine.Opened.Catalog.Keyspaces.ActiveEnvelopes(server.Keyspace)[0], "envelope");
        using var secrets = EnvelopeSecrets.FromPassphrase(
            VaultFixture.Passphrase, envelope.Salt, envelope.Head.Parameters);
        byte[] proof = secrets.AuthenticationKey.SignData(
            JoinProof.Message(vault.Id, server.Keyspace, key), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new JoinRequest(server.Id, "new", key, proof);
    }
}
