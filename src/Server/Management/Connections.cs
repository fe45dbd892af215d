using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Coffer.Server.Management;

/// <summary>Where requests come from.</summary>
internal static class Connections
{
    /// <summary>
    /// Over the socket in the data folder: whoever can open that owns the folder, or is root. What comes over the
    /// network has an address of it.
    /// </summary>
    public static bool IsConsole(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint is UnixDomainSocketEndPoint;

    public static string AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress?.ToString() ?? "console";
}
