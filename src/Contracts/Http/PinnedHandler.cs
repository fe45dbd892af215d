using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Coffer.Contracts.Http.Connecting;

namespace Coffer.Contracts.Http;

/// <summary>
/// Connects to whoever holds the pinned key, and to nobody else, whatever names the certificate has. Through a proxy
/// only where one was set on this machine: what the environment names would let whoever starts the command choose it.
/// </summary>
internal sealed class PinnedHandler
{
    private readonly byte[]? _pin;
    private string? _refused;
    private ShownCertificate? _shown;

    public PinnedHandler(byte[]? pin, VaultProxy? proxy)
    {
        _pin = pin;
        Handler = new SocketsHttpHandler
        {
            ConnectTimeout = HttpLimits.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false, // a token must not follow
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy is null ? null : ProxyOf(proxy),
        };
        Handler.SslOptions.RemoteCertificateValidationCallback = IsRight;
    }

    public SocketsHttpHandler Handler { get; }

    /// <summary>The key that was shown instead, as hexadecimal text; null where the last one was right.</summary>
    public string? Refused => Volatile.Read(ref _refused);

    /// <summary>What was shown last, right or not; null before the first connection.</summary>
    public ShownCertificate? Shown => Volatile.Read(ref _shown);

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
        if (_pin is null) return errors == SslPolicyErrors.None;
        bool isRight = CryptographicOperations.FixedTimeEquals(key, _pin);
        Volatile.Write(ref _refused, isRight ? null : Convert.ToHexStringLower(key));
        return isRight;
    }
}
