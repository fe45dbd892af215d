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
internal sealed class GrantDesk(OpenVault vault, CredentialsDesk credentials, TokenDesk tokens)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset First)> _wrong = [];

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
        RequireOpen(request.Server);
        var found = Find(request.Server);
        bool isProved = found is { } known && PublicKeys.IsProved(
            known.Envelope,
            GrantProof.Message(vault.Id, known.Server.Keyspace, request.Time, request.Nonce), request.Signature);
        if (!isProved)
        {
            NoteWrong(request.Server);
            throw ServiceFaults.WrongPassphrase();
        }
        var (server, envelope) = found!.Value;
        var token = tokens.IssueGrant(server.Id, request.Time, request.Nonce);
        return new GrantAnswer(server.Id, server.Name, server.Keyspace, envelope.Bytes.ToArray(), token);
    }

    // Of several of one name the one last heard from; the others by their ids.
    private (ServerDescription Server, Envelope Envelope)? Find(string named)
    {
        var server = vault.Catalog.Machines.All()
            .Where(known => known.Name == named || known.Id.ToString() == named)
            .MaxBy(known => known.LastHeardFrom);
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

    private void RequireOpen(string server)
    {
        lock (_lock)
        {
            if (!_wrong.TryGetValue(server, out var wrong)) return;
            if (vault.Now - wrong.First >= ServingRules.GuessPause) _wrong.Remove(server);
            else if (wrong.Count >= ServingRules.WrongProofs)
                throw ServiceFaults.Locked(wrong.First + ServingRules.GuessPause);
        }
    }

    private void NoteWrong(string server)
    {
        lock (_lock)
        {
            // Names that nobody has must not fill the memory.
            if (_wrong.Count >= ServingRules.NamesGuessed && !_wrong.ContainsKey(server)) _wrong.Clear();
            var (count, first) = _wrong.GetValueOrDefault(server, (0, vault.Now));
            _wrong[server] = (count + 1, first);
        }
    }
}
