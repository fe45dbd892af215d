using System.Net;
using System.Net.Sockets;
using Coffer.Domain;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Coffer.Server.Hosting;

/// <summary>
/// Reverse proxies that whoever runs the service trusts to say for whom they ask (X-Forwarded-For). Each appends the
/// address that it was asked from, so the list is read from its end: the first address that is none of theirs was seen
/// by one that is, and all before it may have been made up by whoever asks.
/// </summary>
internal sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    private const string Header = "X-Forwarded-For";

    /// <summary>Proxies one behind the other; what stands before those is of no interest.</summary>
    private const int MaxHops = 16;

    /// <summary>From here on the address of a request is that of who asks, for limits and for the audit log.</summary>
    public static void Use(WebApplication app, IReadOnlyList<IPNetwork> networks)
    {
        if (networks.Count == 0) return;
        var trusted = new TrustedProxies(networks);
        app.Use((context, next) =>
        {
            // None over the console's socket, which is told from the network by just that.
            if (context.Connection.RemoteIpAddress is { } remote)
                context.Connection.RemoteIpAddress = trusted.CallerOf(remote, context.Request.Headers[Header]);
            return next(context);
        });
    }

    /// <param name="remote">Who has opened the connection.</param>
    /// <param name="forwarded">The header as it came, each line of it.</param>
    public IPAddress CallerOf(IPAddress remote, IReadOnlyList<string?> forwarded)
    {
        var caller = Plain(remote);
        var hops = string.Join(',', forwarded).Split(',');
        for (int i = hops.Length - 1; i >= Math.Max(0, hops.Length - MaxHops) && IsTrusted(caller); i--)
        {
            if (Parse(hops[i].Trim()) is not { } hop) break; // the proxy's own, then: that is known
            caller = hop;
        }
        return caller;
    }

    /// <summary>An address, or a network as <c>10.0.0.0/8</c>.</summary>
    /// <exception cref="FaultException"><c>listen.proxy</c>.</exception>
    public static IPNetwork ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var one))
            return new IPNetwork(Plain(one), Plain(one).AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        throw FaultException.Usage("listen.proxy", $"'{text}' is no address of a proxy.",
            "Give its IP address, or a network as 10.0.0.0/8.");
    }

    private bool IsTrusted(IPAddress address) => networks.Any(network => network.Contains(address));

    // Some write the port as well: 192.0.2.1:4711, [2001:db8::1]:4711.
    private static IPAddress? Parse(string hop)
    {
        if (IPAddress.TryParse(hop, out var address)) return Plain(address);
        return IPEndPoint.TryParse(hop, out var endPoint) ? Plain(endPoint.Address) : null;
    }

    // A service that listens for both kinds sees the one as the other.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
