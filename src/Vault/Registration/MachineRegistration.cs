using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Records;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;
using Coffer.Vault.Sharing;

namespace Coffer.Vault.Registration;

/// <summary>
/// Takes machines in. Durable in this order: keyspace file, records of keyspace, envelope and machine, then all catalog
/// rows in one transaction. Before that transaction the registration never happened.
/// </summary>
internal sealed class MachineRegistration(OpenVault vault)
{
    /// <param name="known">The id that it has in another vault, for which this one is a seed; null: a new one.</param>
    public ServerDescription Register(RegistrationRequest request, MachineId? known = null)
    {
        CheckName(request.Name);
        using (PublicKeys.Import(request.MachineKey, "machine key")) { }
        var envelope = Envelope.Decode(request.Envelope, "the envelope to be registered");
        if (envelope.Head.Keyspace != request.Keyspace) throw VaultFaults.Envelope("it is of another keyspace");
        if (envelope.Head.Kind != EnvelopeKind.Passphrase) throw VaultFaults.Envelope("it opens with no passphrase");
        if (!PublicKeys.IsSigned(envelope, request.AccessKey))
            throw VaultFaults.Envelope("the keyspace's access key did not sign it");
        // One at a time: who comes second must not make the first one's file anew, nor drop it.
        lock (vault.RegistrationTurn)
        {
            if (vault.Catalog.Keyspaces.Find(request.Keyspace) is not null)
                return Again(request) ?? throw VaultFaults.Registration("its keyspace is registered already");
            RequireRoom();
            vault.RequireSpace();
            try
            {
                return Store(request, envelope, known ?? MachineId.New());
            }
            catch
            {
                vault.DropKeyspace(request.Keyspace);
                throw;
            }
        }
    }

    public ServerDescription Adopt(AdoptionRequest request)
    {
        var server = vault.Catalog.Machines.Find(request.Server) ?? throw VaultFaults.NoMachine(request.Server);
        RequireProof(request, server);
        return SetKey(server, request.Name, request.MachineKey);
    }

    /// <summary>Makes a machine that was approved a member of a shared keyspace, with an id of its own.</summary>
    public ServerDescription Join(Joining asked)
    {
        CheckName(asked.Name);
        lock (vault.RegistrationTurn)
        {
            RequireRoom();
            vault.RequireSpace();
            var server = new ServerDescription(
                MachineId.New(), asked.Name, asked.Keyspace, vault.Now, LastHeardFrom: vault.Now);
            WriteMachine(server, asked.MachineKey);
            vault.Catalog.Machines.Insert(server, asked.MachineKey);
            return server;
        }
    }

    /// <exception cref="FaultException">Who made the request does not know the server's passphrase.</exception>
    public void RequireProof(AdoptionRequest request, ServerDescription server) => RequireProof(
        server, request.Name, request.MachineKey,
        AdoptionProof.Message(vault.Id, request.Server, request.MachineKey), request.Proof);

    /// <inheritdoc cref="RequireProof(AdoptionRequest, ServerDescription)"/>
    public void RequireProof(JoinRequest request, ServerDescription server) => RequireProof(
        server, request.Name, request.MachineKey,
        JoinProof.Message(vault.Id, server.Keyspace, request.MachineKey), request.Proof);

    private void RequireProof(ServerDescription server, string name, byte[] machineKey, byte[] message, byte[] proof)
    {
        CheckName(name);
        using (PublicKeys.Import(machineKey, "machine key")) { }
        var active = new EnvelopeShelf(vault).Active(server.Keyspace);
        if (!active.Any(bytes => PublicKeys.IsProved(Envelope.Decode(bytes, "an envelope"), message, proof)))
            throw VaultFaults.Proof();
    }

    /// <summary>From now on the server is whoever has this key.</summary>
    public ServerDescription SetKey(ServerDescription server, string name, byte[] machineKey)
    {
        var now = vault.Now;
        var adopted = server with { Name = name, LastHeardFrom = now };
        WriteMachine(adopted, machineKey);
        vault.Catalog.Machines.SetKey(server.Id, name, machineKey, now);
        return adopted;
    }

    private void RequireRoom()
    {
        if (vault.Catalog.Machines.All().Count >= vault.Options.MaxMachines)
            throw VaultFaults.MachinesFull(vault.Options.MaxMachines);
    }

    // Who sends the same keys did not hear the answer of the first time.
    private ServerDescription? Again(RegistrationRequest request) => vault.Catalog.Machines.All().Find(server =>
        server.Keyspace == request.Keyspace
        && vault.Catalog.Machines.PublicKeyOf(server.Id) is { } key && key.AsSpan().SequenceEqual(request.MachineKey));

    private ServerDescription Store(RegistrationRequest request, Envelope envelope, MachineId id)
    {
        var now = vault.Now;
        var server = new ServerDescription(id, request.Name, request.Keyspace, now, now);
        vault.CreateKeyspace(request.Keyspace);
        vault.Records.Write(request.Keyspace, RecordKind.Keyspace, json =>
        {
            json.WriteBase64String("accessKey"u8, request.AccessKey);
            json.WriteString("keyspace"u8, request.Keyspace.ToString());
            json.WriteString("registered"u8, CanonicalJson.Time(now));
        });
        EnvelopeShelf.WriteRecords(vault, envelope, isNew: true, isActive: true);
        WriteMachine(server, request.MachineKey);
        if (request.Sharing is { } terms) vault.Sharing.Share(request.Keyspace, terms);
        vault.Catalog.Transaction(() =>
        {
            vault.Catalog.Keyspaces.Insert(request.Keyspace, request.AccessKey, now);
            vault.Catalog.Keyspaces.SetOpening(request.Keyspace, vault.Opening);
            vault.Catalog.Keyspaces.InsertEnvelope(envelope, active: true, now);
            vault.Catalog.Machines.Insert(server, request.MachineKey);
        });
        return server;
    }

    private void WriteMachine(ServerDescription server, byte[] machineKey) =>
        vault.Records.Write(server.Keyspace, RecordKind.Machine, json =>
        {
            json.WriteString("keyspace"u8, server.Keyspace.ToString());
            json.WriteString("machine"u8, server.Id.ToString());
            json.WriteString("name"u8, server.Name);
            json.WriteBase64String("publicKey"u8, machineKey);
            json.WriteString("registered"u8, CanonicalJson.Time(server.RegisteredAt));
        });

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > Limits.NameLength || name.Any(char.IsControl))
            throw VaultFaults.Registration("it has no name, or too long a one");
        // Or somebody could be found by what is another's id.
        if (Id128.TryParse(name, out _)) throw VaultFaults.Registration("its name looks like an id");
    }
}
