using Coffer.Contracts;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>Opens keys with a passphrase alone, as on a machine that never saw Coffer.</summary>
public static class KeyOpening
{
    /// <summary>
    /// Tries the envelope of each keyspace in the vault, the one last heard from first; the caller disposes the keys.
    /// </summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>: it opens none of them. <c>vault.empty</c>.</exception>
    public static async Task<KeyspaceKeys> OpenAnyAsync(
        IVault vault, string passphrase, CancellationToken cancellationToken)
    {
        var servers = await vault.ListServersAsync(cancellationToken);
        if (servers.Count == 0)
            throw FaultException.Failed(
                "vault.empty", $"No server is registered in the vault {vault.Description.Place}.");
        FaultException? wrong = null;
        foreach (var keyspace in servers.OrderByDescending(s => s.LastHeardFrom).Select(s => s.Keyspace).Distinct())
        {
            try
            {
                return await OpenAsync(vault, keyspace, passphrase, cancellationToken);
            }
            catch (FaultException e) when (e.Fault.Code is "passphrase.wrong" or "envelope.missing")
            {
                wrong = e;
            }
        }

        throw servers.Count == 1 ? wrong! : FaultException.Usage("passphrase.wrong",
            $"The passphrase opens the data of none of the {servers.Count} servers in this vault.",
            "Check capital letters, spaces and the keyboard's language; the vault cannot tell it.");
    }

    /// <summary>Opens one keyspace; the caller disposes the keys.</summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>envelope.missing</c>.</exception>
    public static async Task<KeyspaceKeys> OpenAsync(
        IVault vault, KeyspaceId keyspace, string passphrase, CancellationToken cancellationToken) =>
        EnvelopeSealer.Open(await PassphraseEnvelopeAsync(vault, keyspace, cancellationToken), passphrase);

    /// <summary>The active passphrase envelope of a keyspace.</summary>
    internal static async Task<Envelope> PassphraseEnvelopeAsync(
        IVault vault, KeyspaceId keyspace, CancellationToken cancellationToken)
    {
        foreach (byte[] bytes in await vault.ReadEnvelopesAsync(keyspace, cancellationToken))
        {
            var envelope = Envelope.Decode(bytes, $"an envelope of keyspace {keyspace}");
            if (envelope.Head.Kind == EnvelopeKind.Passphrase && envelope.Head.Keyspace == keyspace) return envelope;
        }

        throw FaultException.Failed(
            "envelope.missing", $"The vault holds no passphrase envelope of keyspace {keyspace}.",
            "Copies lie in the metadata packs and beside each point.");
    }
}
