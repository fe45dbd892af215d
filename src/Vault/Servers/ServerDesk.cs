using Coffer.Contracts.Management;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;
using Coffer.Vault.Registration;
using Coffer.Vault.Security;

namespace Coffer.Vault.Servers;

/// <summary>Ends registrations, lets new keys take servers over, and sets what a server may take.</summary>
internal sealed class ServerDesk(OpenVault vault)
{
    private const int MaxTags = 20, MaxTagLength = 40;

    /// <summary>Somebody heard from within this time may still be there: taking over says so and asks again.</summary>
    private static readonly TimeSpan s_alive = TimeSpan.FromDays(7);

    /// <summary>The key that a machine's word counts by; null where it is not, or no more, registered.</summary>
    public static byte[]? KeyInForce(OpenVault vault, MachineId machine) =>
        vault.Documents.Find(DocumentKinds.ServerEnd, $"{machine}") is null
            ? vault.Catalog.Machines.PublicKeyOf(machine)
            : null;

    public ServerDescription Require(MachineId machine) =>
        vault.Catalog.Machines.Find(machine) ?? throw SecurityDeskFaults.NoSuchServer();

    /// <summary>Ends a registration: its backups are deleted softly, and its key is taken no more.</summary>
    public void Unregister(Caller caller, MachineId machine, string? reason, string? pin)
    {
        var server = Require(machine);
        int held = vault.Catalog.Points.List(new Contracts.Points.PointFilter(machine)).Count(p => p.IsHeld);
        if (held > 0) throw ProtectionFaults.Held(held);
        lock (vault.DocumentTurn)
        {
            new Guard(vault).Pass(caller, [CriticalOperation.Unregister], machine, Subjects.Of(machine), pin);
            vault.Audit.Append(caller.Name, UseCases.Unregister.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("name", server.Name), ("reason", reason ?? ""));
            vault.Documents.Put(DocumentKinds.ServerEnd, $"{machine}",
                new ServerEnd(machine, IsUnregistered: true, vault.Now, caller.Name));
        }
        new ProtectionDesk(vault).DeleteAllOf(caller.Name, machine);
    }

    /// <summary>A key may be in wrong hands: it is taken no more, until another adopts the server.</summary>
    public void Revoke(Caller caller, MachineId machine)
    {
        var server = Require(machine);
        lock (vault.DocumentTurn)
        {
            if (vault.Documents.Find(DocumentKinds.ServerEnd, $"{machine}") is not null) return;
            vault.Audit.Append(caller.Name, UseCases.Revoke.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("name", server.Name));
            vault.Documents.Put(DocumentKinds.ServerEnd, $"{machine}",
                new ServerEnd(machine, IsUnregistered: false, vault.Now, caller.Name));
        }
    }

    public void SetQuota(Caller caller, MachineId? machine, Quota quota)
    {
        if (machine is { } one) Require(one);
        if (quota.Bytes < 0 || quota.ExtraPointsADay is < 0 or > 1000)
            throw FaultException.Usage("quota.value", "A quota is a number of bytes, and at most 1,000 points a day.");
        vault.Audit.Append(caller.Name, UseCases.SetQuota.Name,
            machine is { } id ? Subjects.Of(id) : "vault", AuditOutcome.Done,
            ("bytes", $"{quota.Bytes}"), ("extra points a day", $"{quota.ExtraPointsADay}"));
        vault.Documents.Put(DocumentKinds.Quota, machine?.ToString() ?? DocumentKinds.Vault, quota);
    }

    /// <summary>Puts these tags in the place of those that the server has; none takes all away.</summary>
    /// <exception cref="FaultException"><c>server.tag</c>.</exception>
    public void SetTags(Caller caller, MachineId machine, IReadOnlyList<string> tags)
    {
        Require(machine);
        string[] kept = [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (kept.Length > MaxTags || !kept.All(IsTag))
            throw FaultException.Usage("server.tag",
                $"A server has at most {MaxTags} tags, each of 1 to {MaxTagLength} characters.",
                "Of a to z, 0 to 9, '.', '-' and '_': laptop, site-2.");
        vault.Audit.Append(caller.Name, UseCases.SetTags.Name, Subjects.Of(machine), AuditOutcome.Done,
            ("tags", string.Join(' ', kept)));
        vault.Documents.Put(DocumentKinds.Tags, $"{machine}", new ServerTags(kept));
    }

    // A message's list may hold nulls, whatever its type says.
    private static bool IsTag(string? tag) => tag is { Length: > 0 and <= MaxTagLength }
        && tag.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');

    /// <summary>
    /// A new key proves the passphrase and asks to go on as a server. It does once somebody has approved it; asked
    /// again then, it is told so.
    /// </summary>
    /// <returns>Null where nobody has approved it yet.</returns>
    /// <exception cref="FaultException"><c>vault.proof</c>, <c>adoption.unregistered</c>.</exception>
    public ServerDescription? AskAdoption(AdoptionRequest request)
    {
        var server = Require(request.Server);
        new MachineRegistration(vault).RequireProof(request, server);
        if (KeyInForce(vault, server.Id) is { } key && key.AsSpan().SequenceEqual(request.MachineKey)) return server;
        RequireNotUnregistered(server.Id);
        lock (vault.DocumentTurn)
        {
            var known = vault.Documents.Find(DocumentKinds.Adoption, $"{server.Id}");
            if (known is null || !known.MachineKey.AsSpan().SequenceEqual(request.MachineKey))
            {
                vault.RequireSpace();
                vault.Audit.Append($"machine {request.Name} (new)", "adoptions.ask", Subjects.Of(server.Id),
                    AuditOutcome.Done, ("key", KeyText(request.MachineKey)));
                vault.Documents.Put(DocumentKinds.Adoption, $"{server.Id}",
                    new Adoption(server.Id, request.Name, request.MachineKey, vault.Now, IsApproved: false));
            }
        }
        return null;
    }

    public FaultException Pending(AdoptionRequest request) => FaultException.Refused(
        "adoption.pending",
        "The passphrase is right. An administrator has to approve that this machine goes on as "
        + $"{Require(request.Server).Name}.",
        $"`coffer-vault server adopt {request.Server}` on the vault's machine; then run the same command again here. "
        + $"The key to compare: {KeyText(request.MachineKey)}.");

    public void DecideAdoption(Caller caller, MachineId machine, bool isApproved, AdoptionDecision decision)
    {
        var server = Require(machine);
        lock (vault.DocumentTurn)
        {
            var asked = vault.Documents.Find(DocumentKinds.Adoption, $"{machine}")
                ?? throw FaultException.Usage("adoption.unknown", "Nobody asks to go on as this server.");
            bool isAlive = server.LastHeardFrom is { } heard && vault.Now - heard < s_alive
                && KeyInForce(vault, machine) is not null;
            if (isApproved && decision.Key != KeyText(asked.MachineKey))
                throw FaultException.Refused("adoption.key",
                    $"The machine that asks to go on as {server.Name} has another key: {KeyText(asked.MachineKey)}.",
                    "Compare it with what the machine shows that you mean.");
            if (isApproved) RequireNotUnregistered(machine);
            if (isApproved && isAlive && !decision.IsSure)
                throw FaultException.Usage("adoption.alive",
                    $"{server.Name} was heard from at {server.LastHeardFrom:u}: it may still be there.",
                    "If it really goes on as another machine, say so again, with --sure.");
            var useCase = isApproved ? UseCases.ApproveAdoption : UseCases.DenyAdoption;
            vault.Audit.Append(caller.Name, useCase.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("key", KeyText(asked.MachineKey)), ("name", asked.Name));
            if (isApproved)
            {
                new MachineRegistration(vault).SetKey(server, asked.Name, asked.MachineKey);
                vault.Documents.Put(DocumentKinds.ServerEnd, $"{machine}", null);
            }
            vault.Documents.Put(DocumentKinds.Adoption, $"{machine}", null);
        }
    }

    private void RequireNotUnregistered(MachineId server)
    {
        if (vault.Documents.Find(DocumentKinds.ServerEnd, $"{server}") is { IsUnregistered: true })
            throw FaultException.Refused("adoption.unregistered",
                "The server was unregistered, and its backups are deleted.",
                "Register as a new one; until they are destroyed the deleted points can be restored from there.");
    }

    /// <summary>Of a public key, so that two people can compare it over the telephone.</summary>
    public static string KeyText(byte[] key) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(key))[..16];
}
