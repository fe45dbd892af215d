using System.Net;
using System.Security.Authentication;
using Coffer.Domain;

namespace Coffer.Contracts.Http.Connecting;

/// <summary>
/// What a connection failed of, told apart by where: at the proxy, behind it, at the vault. With a proxy every
/// connection of ours is one to the proxy, so what fails before its answer is the proxy's.
/// </summary>
internal sealed class ConnectFaults(Uri address, VaultProxy? proxy)
{
    /// <summary>The same would be answered again: to try on costs time, or locks an account at the proxy.</summary>
    public static bool IsFinal(HttpRequestException e) =>
        e.InnerException is AuthenticationException
        || (e.HttpRequestError == HttpRequestError.ProxyTunnelError && !IsProxysGateway(e.StatusCode));

    /// <param name="refused">The key that was shown in place of the pinned one; null: none was.</param>
    public FaultException Of(HttpRequestException e, string? refused)
    {
        if (refused is not null) return HttpFaults.Certificate(address, refused);
        if (e.InnerException is AuthenticationException untrusted) return HttpFaults.Untrusted(address, untrusted);
        if (proxy is null) return HttpFaults.Unreachable(address, e.InnerException ?? e);
        return e.HttpRequestError switch
        {
            HttpRequestError.ProxyTunnelError => OfTunnel(e, proxy),
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => Unreachable(e, proxy),
            _ => HttpFaults.Unreachable(address, e.InnerException ?? e),
        };
    }

    private FaultException OfTunnel(HttpRequestException e, VaultProxy through) => e.StatusCode switch
    {
        HttpStatusCode.ProxyAuthenticationRequired => Password(e, through),
        { } status when IsProxysGateway(status) => FaultException.Failed(
            "vault.unreachable", $"The proxy {through} cannot reach the vault at {address} (status {(int)status}).",
            "Check that the service runs there, and that the proxy can find and reach it.", e),
        _ => FaultException.Refused(
            "proxy.refused",
            $"The proxy {through} does not connect to {address.Host}:{address.Port} (status {(int?)e.StatusCode}).",
            "Have the proxy allow CONNECT to this host and port; many allow port 443 only.", e),
    };

    private static FaultException Password(Exception e, VaultProxy through) => FaultException.Refused(
        "proxy.password",
        through.User is null
            ? $"The proxy {through} wants a user and a password."
            : $"The proxy {through} does not take user {through.User} with this password.",
        "`coffer settings set proxy URL --user USER --password-file FILE`, or --proxy, --proxy-user and "
        + "--proxy-password-file of `coffer register`.", e);

    private static FaultException Unreachable(Exception e, VaultProxy through) => FaultException.Failed(
        "proxy.unreachable", $"The proxy {through} does not answer: {(e.InnerException ?? e).Message.TrimEnd('.')}.",
        "Check its name and port; `coffer settings set proxy` changes it, `coffer settings set proxy none` does "
        + "without.", e);

    // Not the proxy's own answer but its word for the vault's: it may be there again in a minute.
    private static bool IsProxysGateway(HttpStatusCode? status) => status
        is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
