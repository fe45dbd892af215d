using System.Runtime.ExceptionServices;
using Coffer.Agent.Registration.Envelopes;
using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Domain.Wording;
using Coffer.Domain;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>Opens keys with a passphrase alone, as on a machine that never saw Coffer.</summary>
public static class KeyOpening
{
    /// <summary>
    /// Tries the envelopes of each keyspace in the vault, the one last heard from first; the caller disposes the keys.
    /// </summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>: it opens none of them. <c>vault.empty</c>.</exception>
    public static async Task<KeyspaceKeys> OpenAnyAsync(
        IVault vault, string passphrase, CancellationToken cancellationToken)
    {
        var keyspaces = await KeyspacesAsync(vault, cancellationToken);
        if (keyspaces.Count == 0)
            throw FaultException.Failed(
                "vault.empty", $"No server is registered in the vault {vault.Description.Place}.");
        Exception? why = null;
        foreach (var keyspace in keyspaces)
        {
            try
            {
                return await OpenAsync(vault, keyspace, passphrase, cancellationToken);
            }
            catch (Exception e) when (
                EnvelopeTrial.IsOfOneEnvelope(e) || e is FaultException { Fault.Code: "envelope.missing" })
            {
                why = EnvelopeTrial.MoreTelling(why, e);
            }
        }

        bool isOnlyWrong = why is FaultException { Fault.Code: "passphrase.wrong" or "envelope.missing" };
        if (keyspaces.Count == 1 || !isOnlyWrong) ExceptionDispatchInfo.Throw(why!);
        throw FaultException.Usage("passphrase.wrong",
            $"The passphrase opens the data of none of the {Counted.Of(keyspaces.Count, "server")} in this vault.",
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
        var (keys, secrets) = await EnvelopeTrial.OpenAsync(
            vault, keyspace, passphrase, isForGood: false, cancellationToken);
        secrets.Dispose();
        return keys;
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
