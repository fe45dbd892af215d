using System.Net;

namespace Coffer.Server.Hosting;

/// <summary>How a service runs.</summary>
/// <param name="Data">An embedded vault's folder, or where a new vault is to be made.</param>
internal sealed record ServiceOptions(string Data, IPEndPoint Listen)
{
    public const int DefaultPort = 8443;

    /// <summary>What machines are told to connect to; null: this host's name and the port.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>The user's own certificate and key, PEM; null: the service makes its own.</summary>
    public (string Certificate, string Key)? Certificate { get; init; }

    /// <summary>Reverse proxies that are believed whom they ask for.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    public required TimeProvider Time { get; init; }
}
