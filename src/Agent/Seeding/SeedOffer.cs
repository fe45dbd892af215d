using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Agent.Registration;
using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Seeding;

/// <summary>
/// What a machine brings to a seed: itself, as its vault knows it, and the numbers that its points there have. So what
/// the seed holds is this machine's wherever it is read, and opens with the same passphrase.
/// </summary>
/// <param name="Registration">For the seed; the machine keeps its id.</param>
/// <param name="Sequences">The highest numbers that points in the vault have, by source.</param>
/// <param name="Stopped">What the vault would take no points of.</param>
public sealed record SeedOffer(
    RegistrationRequest Registration, IReadOnlyDictionary<SourceId, long> Sequences, StoppedSources Stopped)
{
    /// <param name="vault">The machine's own.</param>
    /// <exception cref="FaultException"><c>seed.envelope</c>: the vault gave no envelope of this machine's.</exception>
    public static async Task<SeedOffer> ReadAsync(
        AgentHome home, MachineRegistration machine, IVault vault, KeyspaceKeys keys,
        CancellationToken cancellationToken)
    {
        var envelopes = await vault.ReadEnvelopesAsync(machine.Keyspace, cancellationToken);
        byte[] envelope = envelopes.FirstOrDefault(bytes => EnvelopeCheck.IsOwn(bytes, keys)
            && Envelope.Decode(bytes, "an envelope").Head.Kind == EnvelopeKind.Passphrase)
            ?? throw FaultException.Failed("seed.envelope",
                "The vault gave no sealed key that opens with this machine's passphrase.",
                "Check that this is your vault: coffer status.");
        using var machineKey = home.ReadMachineKey();
        var registration = new RegistrationRequest(
            machine.Name, machineKey.ExportSubjectPublicKeyInfo(), machine.Keyspace,
            keys.AccessKey.ExportSubjectPublicKeyInfo(), envelope);
        var points = await vault.ListPointsAsync(new PointFilter(machine.Id), cancellationToken);
        var sequences = home.ReadLastPoints().ToDictionary(last => last.Source, last => last.HighestSequence);
        foreach (var point in points)
            sequences[point.Source] = Math.Max(sequences.GetValueOrDefault(point.Source), point.Sequence);
        var items = await vault.ListBackupItemsAsync(machine.Id, cancellationToken);
        return new SeedOffer(registration, sequences, StoppedSources.Of(items));
    }

    /// <summary>By which the vault tells that the seed is this machine's.</summary>
    public static byte[] Sign(KeyspaceKeys keys, byte[] message) => keys.AccessKey.SignData(
        message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
