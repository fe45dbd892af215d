using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Contracts.Http;
using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Agent.Registration;

/// <summary>
/// Goes on as a server of a served vault, with a new key. Order: the server's data key and the new machine key into the
/// home, then the note that they wait (<see cref="PendingAdoption"/>), then the vault is asked, again and again until
/// somebody has approved; then policy and sources are taken over, and <c>machine.json</c> comes last. Cut off anywhere,
/// the same key is asked with again: it is the one that the administrator compares.
/// </summary>
/// <param name="asking">With a registration secret.</param>
/// <param name="grant">Of the server that is to be gone on as.</param>
public sealed class ServedAdoption(AgentHome home, RemoteVault asking, GrantOpening grant)
{
    /// <summary>Makes the new key, or finds the one that was asked with before.</summary>
    /// <returns>The key as text, to be compared.</returns>
    public string Begin(VaultId vault)
    {
        var pending = new PendingAdoption(vault, grant.Server);
        if (home.ReadPendingAdoption() != pending)
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            home.DropPending(); // a new registration that was cut off has its keys overwritten here
            home.DropPendingJoin();
            home.WriteKeys(grant.Keys, fresh);
            home.WritePendingAdoption(pending);
        }

        using var key = home.ReadMachineKey();
        return MachineKeyText.Of(key);
    }

    /// <exception cref="FaultException"><c>adoption.pending</c>: nobody has approved it yet.</exception>
    public async Task<MachineRegistration> EndAsync(
        string machineName, VaultPlace place, CancellationToken cancellationToken)
    {
        using var key = home.ReadMachineKey();
        byte[] publicKey = key.ExportSubjectPublicKeyInfo();
        byte[] proof = grant.ProveAdoption(asking.Description.Id, publicKey);
        var adopted = await asking.AdoptAsync(
            new AdoptionRequest(grant.Server, machineName, publicKey, proof), cancellationToken);
        if (adopted.Id != grant.Server || adopted.Keyspace != grant.Keys.Keyspace)
            throw new CorruptionException("the vault's answer", $"server {grant.Server}", $"{adopted.Id}");
        await Inheritance.TakeAsync(grant.Vault, home, adopted, grant.Keys, cancellationToken);
        var machine = new MachineRegistration(
            adopted.Id, machineName, adopted.Keyspace, asking.Description.Id, place);
        home.WriteMachine(machine);
        home.DropPendingAdoption();
        return machine;
    }
}
