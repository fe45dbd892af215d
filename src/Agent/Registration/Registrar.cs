using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Contracts;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>
/// Makes this machine known to a vault. Order: keys into the home, then the vault (which makes the envelope durable
/// before it answers), then <c>machine.json</c>, which alone says that the machine is registered. Cut off anywhere,
/// it is done again from the start; a server that nobody goes on as stays behind in the vault and costs nothing.
/// </summary>
public sealed class Registrar(AgentHome home, IVault vault, TimeProvider time)
{
    /// <summary>Registers as a new server with a new keyspace.</summary>
    /// <param name="vaultFolder">Absolute; remembered.</param>
    public async Task<MachineRegistration> RegisterAsync(
        string machineName, string passphrase, string vaultFolder, CancellationToken cancellationToken)
    {
        using var keys = KeyspaceKeys.New();
        using var machineKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var envelope = EnvelopeSealer.Create(keys, passphrase, 1, EnvelopeCost.ForThisMachine(time));
        home.WriteKeys(keys, machineKey);
        var server = await vault.RegisterAsync(
            new RegistrationRequest(
                machineName, machineKey.ExportSubjectPublicKeyInfo(), keys.Keyspace,
                keys.AccessKey.ExportSubjectPublicKeyInfo(), envelope.Bytes.ToArray()),
            cancellationToken);
        return Remember(server, vaultFolder);
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
        ServerDescription server, string machineName, string passphrase, string vaultFolder,
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
        await Inheritance.TakeAsync(vault, home, adopted, cancellationToken);
        return Remember(adopted, vaultFolder);
    }

    private MachineRegistration Remember(ServerDescription server, string vaultFolder)
    {
        var machine = new MachineRegistration(
            server.Id, server.Name, server.Keyspace, vault.Description.Id, vaultFolder);
        home.WriteMachine(machine);
        return machine;
    }
}
