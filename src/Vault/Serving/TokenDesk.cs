using System.Security.Cryptography;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Vault.Opening;
using Coffer.Vault.Registration;
using Coffer.Vault.Servers;

namespace Coffer.Vault.Serving;

/// <summary>
/// Turns a machine's assertion into a token, and a token into the machine. Tokens are kept in memory, by their hash:
/// who reads the vault's memory or disk later finds none that is valid, and a start of the service ends them all. Each
/// request looks the machine's key up again, so that what is revoked ends at once.
/// </summary>
internal sealed class TokenDesk(OpenVault vault, ServicePins pins)
{
    private const int TokenSize = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<Id128, Issued> _tokens = [];
    private readonly Dictionary<MachineId, Queue<Id128>> _issued = [];
    private readonly Dictionary<MachineId, Dictionary<Id128, DateTimeOffset>> _nonces = [];
    private readonly DateTimeOffset _started = vault.Now;

    /// <exception cref="FaultException"><c>machine.refused</c>, <c>machine.clock</c>.</exception>
    public TokenAnswer Issue(TokenRequest request)
    {
        var now = vault.Now;
        byte[] key = ServerDesk.KeyInForce(vault, request.Machine)
            ?? throw ServiceFaults.Assertion("it is not registered here");
        byte[]? meant;
        using (var machineKey = PublicKeys.Import(key, "machine key"))
        {
            meant = pins.Accepted(now).FirstOrDefault(pin => machineKey.VerifyData(
                MachineAssertion.Message(vault.Id, pin, request.Machine, request.Time, request.Nonce),
                request.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        }
        if (meant is null)
            throw ServiceFaults.Assertion("its signature is not by the key that it was registered with");
        // After the signature: only who has the key spends a nonce, and is told what the vault's clock shows.
        Burn(request.Machine, request.Time, request.Nonce, now);
        var answer = Issue(new Issued(request.Machine, key, now + ServingRules.TokenLife, IsGrant: false));
        return answer with { NextPin = pins.NextTo(meant, now) };
    }

    /// <summary>For reading a server's points, to somebody who has just proved its passphrase.</summary>
    /// <param name="time">Of the proof, which counts once.</param>
    public TokenAnswer IssueGrant(MachineId server, DateTimeOffset time, Id128 nonce)
    {
        var now = vault.Now;
        Burn(server, time, nonce, now);
        byte[] key = vault.Catalog.Machines.PublicKeyOf(server)!;
        return Issue(new Issued(server, key, now + ServingRules.TokenLife, IsGrant: true));
    }

    /// <exception cref="FaultException"><c>machine.token</c>.</exception>
    public (MachineId Machine, bool IsGrant) Require(string token)
    {
        Issued? issued;
        lock (_lock) issued = _tokens.GetValueOrDefault(HashOf(token));
        if (issued is null || vault.Now >= issued.Until) throw ServiceFaults.Token();
        // A grant goes on: what was deleted with its server can be restored until it is destroyed.
        byte[]? inForce = issued.IsGrant
            ? vault.Catalog.Machines.PublicKeyOf(issued.Machine)
            : ServerDesk.KeyInForce(vault, issued.Machine);
        bool isSame = inForce is { } key && key.AsSpan().SequenceEqual(issued.MachineKey);
        return isSame ? (issued.Machine, issued.IsGrant) : throw ServiceFaults.Token();
    }

    // Nonces are forgotten with a start of the service, so assertions from before it are not taken.
    private void Burn(MachineId machine, DateTimeOffset time, Id128 nonce, DateTimeOffset now)
    {
        var off = time - now;
        if (off.Duration() > ServingRules.ClockTolerance) throw ServiceFaults.Clock(off);
        if (time < _started) throw ServiceFaults.Starting();
        lock (_lock)
        {
            if (!_nonces.TryGetValue(machine, out var known)) _nonces[machine] = known = [];
            foreach (var (old, _) in known.Where(used => used.Value < now).ToList()) known.Remove(old);
            if (known.Count >= ServingRules.NoncesPerMachine) throw ServiceFaults.Crowded("sign-ins");
            if (!known.TryAdd(nonce, time + ServingRules.ClockTolerance))
                throw ServiceFaults.Assertion("its assertion was used before");
        }
    }

    private TokenAnswer Issue(Issued issued)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenSize));
        lock (_lock)
        {
            if (!_issued.TryGetValue(issued.Machine, out var tokens)) _issued[issued.Machine] = tokens = [];
            if (tokens.Count >= ServingRules.TokensPerMachine) _tokens.Remove(tokens.Dequeue());
            tokens.Enqueue(HashOf(token));
            _tokens[HashOf(token)] = issued;
        }
        return new TokenAnswer(token, (int)ServingRules.TokenLife.TotalSeconds);
    }

    private static Id128 HashOf(string token) =>
        new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)).AsSpan(0, Id128.Size));

    /// <param name="IsGrant">Reads only; held by somebody else than the machine.</param>
    private sealed record Issued(MachineId Machine, byte[] MachineKey, DateTimeOffset Until, bool IsGrant);
}
