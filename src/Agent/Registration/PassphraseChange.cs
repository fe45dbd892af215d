using Coffer.Contracts;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>
/// Gives a keyspace another passphrase. Order: the new envelope is stored, read back and opened with the new
/// passphrase, and only then activated; up to that moment the old passphrase is the one that counts.
/// </summary>
public static class PassphraseChange
{
    /// <summary>
    /// Envelopes that earlier changes left behind before they were activated; more is not believable.
    /// </summary>
    private const int MaxAbandoned = 1000;

    /// <exception cref="CorruptionException">
    /// What was read back is not what was stored; nothing was changed.
    /// </exception>
    public static async Task RunAsync(
        IVault vault, KeyspaceKeys keys, string passphrase, TimeProvider time, CancellationToken cancellationToken)
    {
        uint number = await NextNumberAsync(vault, keys, cancellationToken);
        var envelope = EnvelopeSealer.Create(keys, passphrase, number, EnvelopeCost.ForThisMachine(time));
        await vault.StoreEnvelopeAsync(keys.Keyspace, envelope.Bytes.ToArray(), cancellationToken);
        byte[] readBack = await vault.ReadEnvelopeAsync(
            keys.Keyspace, (byte)EnvelopeKind.Passphrase, number, cancellationToken);
        string place = $"envelope {number}, read back from the vault";
        using var opened = EnvelopeSealer.Open(Envelope.Decode(readBack, place), passphrase);
        if (!opened.DataKey.SequenceEqual(keys.DataKey))
            throw new CorruptionException(place, "the data key of this machine", "another");
        await vault.ActivateEnvelopeAsync(keys.Keyspace, (byte)EnvelopeKind.Passphrase, number, cancellationToken);
    }

    private static async Task<uint> NextNumberAsync(
        IVault vault, KeyspaceKeys keys, CancellationToken cancellationToken)
    {
        var envelopes = await EnvelopeTrial.EnvelopesAsync(vault, keys.Keyspace, cancellationToken);
        // Only those that these keys signed: a planted one could say the highest number of all.
        long number = 1L + envelopes
            .Where(e => EnvelopeSealer.IsSigned(e, keys)).Select(e => e.Head.Number).DefaultIfEmpty(0u).Max();
        for (int i = 0; i < MaxAbandoned && number <= uint.MaxValue; i++)
        {
            if (!await IsTakenAsync(vault, keys.Keyspace, (uint)number, cancellationToken)) return (uint)number;
            number++;
        }
        throw FaultException.Failed(
            "envelope.number", $"The vault has no number left for an envelope of keyspace {keys.Keyspace}.",
            "Somebody who holds the data key has used them up: begin anew, with a new home and a new passphrase.");
    }

    private static async Task<bool> IsTakenAsync(
        IVault vault, KeyspaceId keyspace, uint number, CancellationToken cancellationToken)
    {
        try
        {
            _ = await vault.ReadEnvelopeAsync(keyspace, (byte)EnvelopeKind.Passphrase, number, cancellationToken);
            return true;
        }
        catch (FaultException)
        {
            return false;
        }
    }
}
