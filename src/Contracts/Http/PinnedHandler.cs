using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Http.Throttling;

namespace Coffer.Contracts.Http;

/// <summary>
/// Connects to whoever holds the pinned key, and to nobody else, whatever names the certificate has. Through a proxy
/// only where one was set on this machine: what the environment names would let whoever starts the command choose it.
/// </summary>
internal sealed class PinnedHandler
{
    private volatile ServiceAddress _service;
    private byte[]? _matched;
    private string? _refused;
    private ShownCertificate? _shown;

    public PinnedHandler(ServiceAddress service, VaultProxy? proxy, LineThrottle? throttle)
    {
        _service = service;
        Handler = new SocketsHttpHandler
        {
            ConnectTimeout = HttpLimits.ConnectTimeout,
            Expect100ContinueTimeout = HttpLimits.ContinueTimeout,
            PooledConnectionLifetime = HttpLimits.ConnectionLifetime,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false, // a token must not follow
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy is null ? null : ProxyOf(proxy),
        };
        if (throttle is not null)
            Handler.ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, throttle, cancel);
        Handler.SslOptions.RemoteCertificateValidationCallback = IsRight;
    }

    public SocketsHttpHandler Handler { get; }

    /// <summary>The key that was shown instead, as hexadecimal text; null where the last one was right.</summary>
    public string? Refused => Volatile.Read(ref _refused);

    /// <summary>The right key that was shown last; null before the first connection, or where none is pinned.</summary>
    public byte[]? Matched => Volatile.Read(ref _matched);

    /// <summary>What was shown last, right or not; null before the first connection.</summary>
    public ShownCertificate? Shown => Volatile.Read(ref _shown);

    /// <summary>From now on these keys are right.</summary>
    public void Expect(ServiceAddress service) => _service = service;

    // As the handler does it by itself: both families, no delay for small packets.
    private static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint to, LineThrottle throttle, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
            return new PacedStream(new NetworkStream(socket, ownsSocket: true), throttle.Up, throttle.Down);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static WebProxy ProxyOf(VaultProxy proxy) => new(proxy.Address)
    {
        Credentials = proxy.User is null ? null : new NetworkCredential(proxy.User, proxy.Password),
    };

    private bool IsRight(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown) return false;
        byte[] key = SHA256.HashData(shown.PublicKey.ExportSubjectPublicKeyInfo());
        Volatile.Write(ref _shown, new ShownCertificate(
            key, new DateTimeOffset(shown.NotBefore), new DateTimeOffset(shown.NotAfter)));
        var service = _service;
        if (service.Pin is null) return errors == SslPolicyErrors.None;
        bool isRight = PinRule.Accepts(service, key);
        if (isRight) Volatile.Write(ref _matched, key);
        Volatile.Write(ref _refused, isRight ? null : Convert.ToHexStringLower(key));
        return isRight;
    }
}
