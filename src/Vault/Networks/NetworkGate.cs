using System.Net;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Networks;

/// <summary>
/// Which networks the vault answers. Asked at each request before anything else of it counts, so a change works at
/// once, for whoever has a token as well. This machine itself is always answered: who is on it is past any network.
/// </summary>
internal sealed class NetworkGate(OpenVault vault)
{
    private readonly Lock _lock = new();
    private IPNetwork[]? _networks;

    /// <summary>Empty: all.</summary>
    private IPNetwork[] Networks
    {
        get
        {
            lock (_lock) return _networks ??= Read();
        }
    }

    public NetworksView View() => new([.. Networks.Select(network => network.ToString())]);

    /// <exception cref="FaultException"><c>network.refused</c>.</exception>
    public void Require(IPAddress caller)
    {
        if (!Answers(Networks, caller))
            throw FaultException.Refused("network.refused",
                $"This vault answers certain networks only, and {NetworkText.Plain(caller)} is in none of them.",
                "Connect from one of those, or ask the vault's administrator; `coffer-vault network` lists them.");
    }

    /// <param name="from">Where the caller is; null at the console, which is always answered.</param>
    /// <exception cref="FaultException"><c>network.value</c>, <c>network.own</c>.</exception>
    public NetworksView Set(Caller caller, NetworksRequest request, IPAddress? from)
    {
        if (request.Networks.Count > Limits.Networks)
            throw FaultException.Usage("network.value", $"A vault takes {Limits.Networks} networks, and here are"
                + $" {request.Networks.Count}.", "Put them together into larger ones.");
        IPNetwork[] networks = [.. request.Networks.Select(NetworkText.Parse).Distinct()];
        if (from is not null && !request.MayExcludeMe && !Answers(networks, from))
            throw FaultException.Refused("network.own",
                $"Your own address, {NetworkText.Plain(from)}, is in none of these networks.",
                "Add its network; or say that you are to be answered no more (mayExcludeMe).");
        lock (vault.DocumentTurn)
        {
            var before = View();
            var after = new AllowedNetworks([.. networks.Select(network => network.ToString())]);
            vault.Audit.Append(caller.Name, UseCases.SetNetworks.Name, "", AuditOutcome.Done,
                ("from", Words(before.Networks)), ("to", Words(after.Networks)));
            vault.Documents.Put(DocumentKinds.Networks, DocumentKinds.Vault, after);
            lock (_lock) _networks = networks;
        }
        return View();
    }

    private static bool Answers(IPNetwork[] networks, IPAddress caller)
    {
        var plain = NetworkText.Plain(caller);
        return networks.Length == 0 || IPAddress.IsLoopback(plain) || networks.Any(net => net.Contains(plain));
    }

    private static string Words(IReadOnlyList<string> networks) =>
        networks.Count == 0 ? "any" : string.Join(", ", networks);

    private IPNetwork[] Read()
    {
        var kept = vault.Documents.Find(DocumentKinds.Networks, DocumentKinds.Vault);
        return [.. (kept?.Networks ?? []).Select(NetworkText.Parse)];
    }
}
