using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Contracts.Http;
using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Agent.Registration;

/// <summary>
/// Makes this machine a member of a keyspace that another one shares, with a key and an id of its own. Order: the
/// keyspace's data key and the new machine key into the home, then the note that they wait (<see cref="PendingJoin"/>),
/// then the vault is asked, again and again until somebody has approved; <c>machine.json</c> comes last. Cut off
/// anywhere, the same key is asked with again: it is the one that the administrator lets in.
/// </summary>
/// <param name="asking">With a registration secret.</param>
/// <param name="grant">Of the member that was named.</param>
public sealed class ServedJoin(AgentHome home, RemoteVault asking, GrantOpening grant)
{
    /// <summary>Makes the new key, or finds the one that was asked with before.</summary>
    /// <returns>The key as text, to be compared.</returns>
    public string Begin(VaultId vault)
    {
        // By the keyspace, which its keys prove: which member was named makes no difference, and is the vault's word.
        var keyspace = grant.Keys.Keyspace;
        if (home.ReadPendingJoin() is not { } known || known.Vault != vault || known.Keyspace != keyspace)
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            home.DropPending(); // what was begun before has its keys overwritten here
            home.DropPendingAdoption();
            home.WriteKeys(grant.Keys, fresh);
            home.WritePendingJoin(new PendingJoin(vault, keyspace, grant.Server));
        }

        using var key = home.ReadMachineKey();
        return MachineKeyText.Of(key);
    }

    /// <exception cref="FaultException"><c>join.pending</c>: nobody has approved it yet.</exception>
    public async Task<MachineRegistration> EndAsync(
        string machineName, VaultPlace place, CancellationToken cancellationToken)
    {
        using var key = home.ReadMachineKey();
        byte[] publicKey = key.ExportSubjectPublicKeyInfo();
        byte[] proof = grant.ProveJoin(asking.Description.Id, publicKey);
        var joined = await asking.JoinAsync(
            new JoinRequest(grant.Server, machineName, publicKey, proof), cancellationToken);
        // As one that is there already it would take over that one's sources.
        if (joined.Keyspace != grant.Keys.Keyspace || joined.Id == grant.Server)
            throw new CorruptionException(
                "the vault's answer", $"a new server of keyspace {grant.Keys.Keyspace}",
                $"{joined.Id} of {joined.Keyspace}");
        var machine = new MachineRegistration(
            joined.Id, machineName, joined.Keyspace, asking.Description.Id, place);
        // What another vault, or another registration, acknowledged is nothing that this one has to show.
        if (home.ReadLastPoints().Count > 0) home.WriteLastPoints([]);
        home.WriteMachine(machine);
        home.DropPendingJoin();
        return machine;
    }
}
