using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Registration;
using Coffer.Vault.Security;
using Coffer.Vault.Servers;

namespace Coffer.Vault.Sharing;

/// <summary>
/// Lets machines into a keyspace that is shared. It takes the passphrase, proved without telling it, and an
/// administrator's yes to the very key that asks: whoever holds a credentials file and a passphrase alone reads what
/// there is, and that is recorded; he does not become one of them unseen.
/// </summary>
internal sealed class JoinDesk(OpenVault vault)
{
    /// <summary>Each is a record; who asks has proved a passphrase, and somebody is to look at all of them.</summary>
    private const int Waiting = 200;

    /// <returns>Null where nobody has approved it yet.</returns>
    /// <exception cref="FaultException"><c>vault.proof</c>, <c>keyspace.private</c>, <c>join.unregistered</c>,
    /// <c>join.crowded</c>.</exception>
    public ServerDescription? Ask(JoinRequest request)
    {
        var server = new ServerDesk(vault).Require(request.Server);
        new MachineRegistration(vault).RequireProof(request, server);
        if (vault.Sharing.TermsOf(server.Keyspace) is null) throw SharingFaults.Private(server.Name);
        if (Known(server.Keyspace, request.MachineKey) is { } member) return member;
        if (IsUnregistered(server.Id)) throw SharingFaults.Unregistered(server.Name);
        string key = ServerDesk.KeyText(request.MachineKey);
        lock (vault.DocumentTurn)
        {
            if (vault.Documents.Find(DocumentKinds.Joining, key) is not null) return null;
            if (vault.Documents.All(DocumentKinds.Joining).Count >= Waiting) throw SharingFaults.Crowded(Waiting);
            vault.Audit.Append($"machine {request.Name} (new)", "joins.ask", Subjects.Of(server.Id),
                AuditOutcome.Done, ("key", key), ("keyspace", $"{server.Keyspace}"));
            vault.Documents.Put(DocumentKinds.Joining, key,
                new Joining(server.Keyspace, server.Id, request.Name, request.MachineKey, vault.Now));
        }
        return null;
    }

    public FaultException Pending(JoinRequest request) => SharingFaults.Pending(
        new ServerDesk(vault).Require(request.Server).Name, ServerDesk.KeyText(request.MachineKey));

    /// <param name="key">Of the machine that asks, as it shows it: only that one is let in.</param>
    public void Decide(Caller caller, string key, bool isApproved)
    {
        lock (vault.DocumentTurn)
        {
            var asked = vault.Documents.Find(DocumentKinds.Joining, key) ?? throw SharingFaults.NobodyAsks(key);
            var useCase = isApproved ? UseCases.ApproveJoin : UseCases.DenyJoin;
            vault.Audit.Append(caller.Name, useCase.Name, Subjects.Of(asked.Asked), AuditOutcome.Done,
                ("key", key), ("name", asked.Name), ("keyspace", $"{asked.Keyspace}"));
            if (isApproved && Known(asked.Keyspace, asked.MachineKey) is null)
                new MachineRegistration(vault).Join(asked);
            vault.Documents.Put(DocumentKinds.Joining, key, null);
        }
    }

    // One that was let in and did not hear it; not one whose registration was ended since.
    private ServerDescription? Known(KeyspaceId keyspace, byte[] machineKey) =>
        vault.Catalog.Machines.All().Find(server => server.Keyspace == keyspace
            && ServerDesk.KeyInForce(vault, server.Id) is { } key && key.AsSpan().SequenceEqual(machineKey));

    private bool IsUnregistered(MachineId server) =>
        vault.Documents.Find(DocumentKinds.ServerEnd, $"{server}") is { IsUnregistered: true };
}
