using Coffer.Agent.Registration.Envelopes;
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
        // A served vault wants a PIN for just the envelope that it refused: the same again, and no other one.
        if (await IsLeftBehindAsync(vault, keys, passphrase, number - 1, cancellationToken))
        {
            await vault.ActivateEnvelopeAsync(
                keys.Keyspace, (byte)EnvelopeKind.Passphrase, number - 1, cancellationToken);
            return;
        }
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

    /// <summary>Stored by a change that did not come to its end, and under the same passphrase.</summary>
    private static async Task<bool> IsLeftBehindAsync(
        IVault vault, KeyspaceKeys keys, string passphrase, uint number, CancellationToken cancellationToken)
    {
        var active = await EnvelopeTrial.EnvelopesAsync(vault, keys.Keyspace, cancellationToken);
        if (number == 0 || active.Any(envelope => envelope.Head.Number >= number)) return false;
        try
        {
            byte[] bytes = await vault.ReadEnvelopeAsync(
                keys.Keyspace, (byte)EnvelopeKind.Passphrase, number, cancellationToken);
            var envelope = Envelope.Decode(bytes, $"envelope {number}");
            if (!EnvelopeSealer.IsSigned(envelope, keys)) return false;
            using var opened = EnvelopeSealer.Open(envelope, passphrase);
            return opened.DataKey.SequenceEqual(keys.DataKey);
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            return false; // of another passphrase, or not to be read: a new one is made
        }
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
