using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Contracts.Http;
using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Agent.Registration;

/// <summary>
/// What needs an administrator's yes: to go on as a server of a served vault with a new key, or to become a member of
/// a keyspace that another machine shares, with a key and an id of its own. Order: that server's data key and the new
/// machine key into the home, then the note that they wait (<see cref="PendingRequest"/>), then the vault is asked,
/// again and again until somebody has approved; <c>machine.json</c> comes last. Cut off anywhere, the same key is asked
/// with again: it is the one that the administrator compares.
/// </summary>
/// <param name="asking">With a registration secret.</param>
/// <param name="grant">Of the server that was named.</param>
public sealed class ServedRequest(AgentHome home, RemoteVault asking, GrantOpening grant)
{
    /// <summary>Makes the new key, or finds the one that was asked with before.</summary>
    /// <returns>The key as text, to be compared.</returns>
    public string Begin(RequestKind kind, VaultId vault)
    {
        var request = new PendingRequest(kind, vault, grant.Keys.Keyspace, grant.Server);
        if (!IsSame(request, home.ReadRequest()))
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            home.WriteKeys(grant.Keys, fresh);
            home.WriteRequest(request);
        }

        using var key = home.ReadMachineKey();
        return MachineKeyText.Of(key);
    }

    /// <summary>Goes on as the server; its policy and its sources are taken over.</summary>
    /// <exception cref="FaultException"><c>adoption.pending</c>: nobody has approved it yet.</exception>
    public async Task<MachineRegistration> AdoptAsync(
        string machineName, VaultPlace place, CancellationToken cancellationToken)
    {
        byte[] publicKey = PublicKey();
        var adopted = await asking.AdoptAsync(
            new AdoptionRequest(
                grant.Server, machineName, publicKey, grant.ProveAdoption(asking.Description.Id, publicKey)),
            cancellationToken);
        if (adopted.Id != grant.Server || adopted.Keyspace != grant.Keys.Keyspace)
            throw new CorruptionException("the vault's answer", $"server {grant.Server}", $"{adopted.Id}");
        await Inheritance.TakeAsync(grant.Vault, home, adopted, grant.Keys, cancellationToken);
        return End(adopted with { Name = machineName }, place);
    }

    /// <summary>Becomes a member of the server's keyspace.</summary>
    /// <exception cref="FaultException"><c>join.pending</c>: nobody has approved it yet.</exception>
    public async Task<MachineRegistration> JoinAsync(
        string machineName, VaultPlace place, CancellationToken cancellationToken)
    {
        byte[] publicKey = PublicKey();
        var joined = await asking.JoinAsync(
            new JoinRequest(grant.Server, machineName, publicKey, grant.ProveJoin(asking.Description.Id, publicKey)),
            cancellationToken);
        // As one that is there already it would take over that one's sources.
        if (joined.Keyspace != grant.Keys.Keyspace || joined.Id == grant.Server)
            throw new CorruptionException(
                "the vault's answer", $"a new server of keyspace {grant.Keys.Keyspace}",
                $"{joined.Id} of {joined.Keyspace}");
        // What another vault, or another registration, acknowledged is nothing that this one has to show.
        if (home.ReadLastPoints().Count > 0) home.WriteLastPoints([]);
        return End(joined with { Name = machineName }, place);
    }

    // Of a keyspace its keys are the proof: which member was named makes no difference, and is the vault's word.
    private static bool IsSame(PendingRequest asked, PendingRequest? before) =>
        before == (asked.Kind == RequestKind.Join && before is not null
            ? asked with { Server = before.Server }
            : asked);

    private byte[] PublicKey()
    {
        using var key = home.ReadMachineKey();
        return key.ExportSubjectPublicKeyInfo();
    }

    private MachineRegistration End(ServerDescription server, VaultPlace place)
    {
        var machine = new MachineRegistration(
            server.Id, server.Name, server.Keyspace, asking.Description.Id, place);
        home.WriteMachine(machine);
        home.DropRequest();
        return machine;
    }
}
