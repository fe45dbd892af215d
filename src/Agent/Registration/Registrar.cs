using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Agent.Registration.Envelopes;
using Coffer.Contracts;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>
/// Makes this machine known to a vault. Order: keys into the home, then the vault (which makes the envelope durable
/// before it answers), then <c>machine.json</c>, which alone says that the machine is registered. Cut off anywhere, it
/// is sent again with the same keys, and the vault answers as the first time.
/// </summary>
public sealed class Registrar(AgentHome home, IVault vault, TimeProvider time)
{
    /// <summary>Registers as a new server with a new keyspace.</summary>
    /// <param name="place">Remembered.</param>
    /// <param name="sharing">Lets others join the keyspace; null: it stays this machine's own.</param>
    public async Task<MachineRegistration> RegisterAsync(
        string machineName, string passphrase, VaultPlace place, CancellationToken cancellationToken,
        SharingTerms? sharing = null)
    {
        using var begun = Begun(passphrase, sharing) ?? Begin(passphrase, sharing);
        var server = await vault.RegisterAsync(
            new RegistrationRequest(
                machineName, begun.MachineKey.ExportSubjectPublicKeyInfo(), begun.Keys.Keyspace,
                begun.Keys.AccessKey.ExportSubjectPublicKeyInfo(), begun.Envelope, sharing),
            cancellationToken);
        if (server.Keyspace != begun.Keys.Keyspace)
            throw new CorruptionException(
                "the vault's answer", $"keyspace {begun.Keys.Keyspace}", $"{server.Keyspace}");
        // Its id is the vault's to give; the name is this machine's own, and goes into its points.
        var machine = Remember(server with { Name = machineName }, place);
        home.DropPending();
        return machine;
    }

    /// <summary>
    /// Goes on as a server that the vault knows: its keys are opened with its passphrase, its policy is taken over,
    /// and its data sources are found again by their mount paths.
    /// </summary>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>.</exception>
    /// <exception cref="CorruptionException">
    /// The passphrase is right and gives keys other than those that the server's points are sealed with.
    /// </exception>
    public async Task<MachineRegistration> AdoptAsync(
        ServerDescription server, string machineName, string passphrase, VaultPlace place,
        CancellationToken cancellationToken)
    {
        using var opened = await EnvelopeTrial.OpenAsync(
            vault, server.Keyspace, passphrase, isForGood: true, cancellationToken);
        using var machineKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] publicKey = machineKey.ExportSubjectPublicKeyInfo();
        byte[] proof = opened.Secrets.AuthenticationKey.SignData(
            AdoptionProof.Message(vault.Description.Id, server.Id, publicKey), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        home.WriteKeys(opened.Keys, machineKey);
        var adopted = await vault.AdoptAsync(
            new AdoptionRequest(server.Id, machineName, publicKey, proof), cancellationToken);
        await Inheritance.TakeAsync(vault, home, adopted, opened.Keys, cancellationToken);
        return Remember(adopted with { Name = machineName }, place);
    }

    private BegunRegistration Begin(string passphrase, SharingTerms? sharing)
    {
        var begun = new BegunRegistration(KeyspaceKeys.New(), ECDsa.Create(ECCurve.NamedCurves.nistP256), []);
        var envelope = EnvelopeSealer.Create(begun.Keys, passphrase, 1, EnvelopeCost.ForThisMachine(time));
        begun = begun with { Envelope = envelope.Bytes.ToArray() };
        home.WriteKeys(begun.Keys, begun.MachineKey);
        home.WritePending(new PendingRegistration(vault.Description.Id, begun.Keys.Keyspace, begun.Envelope, sharing));
        return begun;
    }

    /// <summary>
    /// One that was cut off, with this vault, under this passphrase and on these terms; null where there is none.
    /// </summary>
    private BegunRegistration? Begun(string passphrase, SharingTerms? sharing)
    {
        if (home.ReadPending() is not { } pending || pending.Vault != vault.Description.Id) return null;
        if (pending.Sharing != sharing) return null; // the vault may have it on the other terms already
        try
        {
            using var opened = EnvelopeSealer.Open(Envelope.Decode(pending.Envelope, "the envelope"), passphrase);
            return new BegunRegistration(home.ReadKeys(pending.Keyspace), home.ReadMachineKey(), pending.Envelope);
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            return null; // another passphrase now, or keys that went astray: begun anew
        }
    }

    private MachineRegistration Remember(ServerDescription server, VaultPlace place)
    {
        var machine = new MachineRegistration(
            server.Id, server.Name, server.Keyspace, vault.Description.Id, place);
        // What another vault, or another registration, acknowledged is nothing that this one has to show.
        if (home.ReadLastPoints().Count > 0) home.WriteLastPoints([]);
        home.WriteMachine(machine);
        return machine;
    }
}
