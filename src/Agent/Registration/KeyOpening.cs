using Coffer.Contracts;
using Coffer.Contracts.Points;
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
        var keyspaces = await KeyspacesAsync(vault, cancellationToken);
        if (keyspaces.Count == 0)
            throw FaultException.Failed(
                "vault.empty", $"No server is registered in the vault {vault.Description.Place}.");
        FaultException? wrong = null;
        foreach (var keyspace in keyspaces)
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

        throw keyspaces.Count == 1 ? wrong! : FaultException.Usage("passphrase.wrong",
            $"The passphrase opens the data of none of the {keyspaces.Count} servers in this vault.",
            "Check capital letters, spaces and the keyboard's language; the vault cannot tell it.");
    }

    /// <summary>
    /// Opens one keyspace; the caller disposes the keys. A vault that has lost its active envelope gives every copy
    /// that it finds: one that opens is enough.
    /// </summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>envelope.missing</c>.</exception>
    public static async Task<KeyspaceKeys> OpenAsync(
        IVault vault, KeyspaceId keyspace, string passphrase, CancellationToken cancellationToken)
    {
        Exception? first = null;
        foreach (var envelope in await PassphraseEnvelopesAsync(vault, keyspace, cancellationToken))
        {
            try
            {
                return EnvelopeSealer.Open(envelope, passphrase);
            }
            catch (Exception e) when (e is CorruptionException or FaultException { Fault.Code: "passphrase.wrong" })
            {
                first ??= e;
            }
        }

        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first!);
        throw first!;
    }

    /// <summary>The active passphrase envelope of a keyspace.</summary>
    internal static async Task<Envelope> PassphraseEnvelopeAsync(
        IVault vault, KeyspaceId keyspace, CancellationToken cancellationToken) =>
        (await PassphraseEnvelopesAsync(vault, keyspace, cancellationToken))[0];

    private static async Task<IReadOnlyList<Envelope>> PassphraseEnvelopesAsync(
        IVault vault, KeyspaceId keyspace, CancellationToken cancellationToken)
    {
        var envelopes = new List<Envelope>();
        Exception? damage = null;
        foreach (byte[] bytes in await vault.ReadEnvelopesAsync(keyspace, cancellationToken))
        {
            try
            {
                var envelope = Envelope.Decode(bytes, $"an envelope of keyspace {keyspace}");
                if (envelope.Head.Kind == EnvelopeKind.Passphrase && envelope.Head.Keyspace == keyspace)
                    envelopes.Add(envelope);
            }
            catch (CorruptionException e)
            {
                damage = e;
            }
        }

        return envelopes.Count > 0 ? envelopes : throw FaultException.Failed(
            "envelope.missing", $"The vault holds no passphrase envelope of keyspace {keyspace} that can be read.",
            "No copy of it is left in records, metadata packs or beside the points; another copy of the vault may "
            + "have one.", damage);
    }

    // A server whose registration the vault has lost is still told by its points.
    private static async Task<IReadOnlyList<KeyspaceId>> KeyspacesAsync(
        IVault vault, CancellationToken cancellationToken)
    {
        var servers = await vault.ListServersAsync(cancellationToken);
        var points = await vault.ListPointsAsync(new PointFilter(), cancellationToken);
        return
        [
            .. servers.OrderByDescending(s => s.LastHeardFrom).Select(s => s.Keyspace)
                .Concat(points.Select(p => p.Keyspace)).Distinct(),
        ];
    }
}
