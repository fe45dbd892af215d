using System.Security.Cryptography;
using System.Text;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Vault.Opening;
using Coffer.Vault.Registration;

namespace Coffer.Vault.Serving;

/// <summary>
/// Lets somebody who knows a server's passphrase read its points from elsewhere. The passphrase stays with him: he gets
/// its salt, signs with the key that it gives, and only then gets the wrapped key. Guessing is slow: a few wrong proofs
/// of a server shut it for a while, whoever made them.
/// </summary>
internal sealed class GrantDesk(OpenVault vault, ServicePins pins, CredentialsDesk credentials, TokenDesk tokens)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, Tries> _tries = [];

    public PassphraseLock LockOf(LockQuestion question)
    {
        credentials.Require(question.Secret);
        if (Find(question.Server) is not { } found) return Decoy(question.Server);
        var (head, salt) = (found.Envelope.Head, found.Envelope.Salt.ToArray());
        return new PassphraseLock(
            head.Keyspace, salt, head.Parameters.MemoryKib, head.Parameters.Passes, head.Parameters.Lanes);
    }

    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>grant.locked</c>, <c>machine.clock</c>.</exception>
    public GrantAnswer Grant(GrantRequest request)
    {
        credentials.Require(request.Secret);
        if (Find(request.Server) is not { } found) throw ServiceFaults.WrongPassphrase();
        var (server, envelope) = found;
        Reserve(server.Id); // before the proof is looked at: guesses that come at once are counted each
        bool isProved = pins.Accepted(vault.Now).Any(pin => PublicKeys.IsProved(
            envelope, GrantProof.Message(vault.Id, pin, server.Keyspace, request.Time, request.Nonce),
            request.Signature));
        if (!isProved) throw ServiceFaults.WrongPassphrase();
        Forgive(server.Id);
        var token = tokens.IssueGrant(server.Id, request.Time, request.Nonce);
        return new GrantAnswer(server.Id, server.Name, server.Keyspace, envelope.Bytes.ToArray(), token,
            vault.Sharing.TermsOf(server.Keyspace));
    }

    // By its id, or of several of one name the first that registered: who comes later cannot stand before it.
    private (ServerDescription Server, Envelope Envelope)? Find(string named)
    {
        var all = vault.Catalog.Machines.All();
        var server = all.Find(known => known.Id.ToString() == named)
            ?? all.Where(known => known.Name == named).MinBy(known => known.RegisteredAt);
        if (server is null) return null;
        var envelope = new EnvelopeShelf(vault).Active(server.Keyspace)
            .Select(bytes => Envelope.Decode(bytes, "an active envelope"))
            .FirstOrDefault(active => active.Head.Kind == EnvelopeKind.Passphrase);
        return envelope is null ? null : (server, envelope);
    }

    private PassphraseLock Decoy(string server)
    {
        byte[] made = HMACSHA512.HashData(
            vault.Catalog.Credentials.SecretNamed("decoys"), Encoding.UTF8.GetBytes(server));
        var cost = Argon2Parameters.Default;
        return new PassphraseLock(
            new KeyspaceId(new Id128(made.AsSpan(0, Id128.Size))),
            made.AsSpan(Id128.Size, EnvelopeLayout.SaltSize).ToArray(), cost.MemoryKib, cost.Passes, cost.Lanes);
    }

    public void Forgive(MachineId server)
    {
        lock (_lock) _tries.Remove(server);
    }

    /// <summary>Counts a try before it is looked at.</summary>
    /// <exception cref="FaultException"><c>grant.locked</c>.</exception>
    public void Reserve(MachineId server)
    {
        lock (_lock)
        {
            var tries = _tries.GetValueOrDefault(server, new Tries(0, vault.Now));
            if (vault.Now - tries.First >= ServingRules.GuessPause) tries = new Tries(0, vault.Now);
            if (tries.Count >= ServingRules.WrongProofs)
                throw ServiceFaults.Locked(tries.First + ServingRules.GuessPause);
            _tries[server] = tries with { Count = tries.Count + 1 };
        }
    }

    private readonly record struct Tries(int Count, DateTimeOffset First);
}
