using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coffer.Contracts.Http;

/// <summary>Connects to whoever holds the pinned key, and to nobody else, whatever names the certificate has.</summary>
internal sealed class PinnedHandler
{
    private readonly byte[]? _pin;
    private string? _refused;

    public PinnedHandler(byte[]? pin)
    {
        _pin = pin;
        Handler = new SocketsHttpHandler
        {
            ConnectTimeout = HttpLimits.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            AllowAutoRedirect = false, // a token must not follow
            UseCookies = false,
        };
        if (pin is not null) Handler.SslOptions.RemoteCertificateValidationCallback = IsPinned;
    }

    public SocketsHttpHandler Handler { get; }

    /// <summary>The key that was shown instead, as hexadecimal text; null where the last one was right.</summary>
    public string? Refused => Volatile.Read(ref _refused);

    private bool IsPinned(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown) return false;
        byte[] key = SHA256.HashData(shown.PublicKey.ExportSubjectPublicKeyInfo());
        bool isRight = CryptographicOperations.FixedTimeEquals(key, _pin);
        Volatile.Write(ref _refused, isRight ? null : Convert.ToHexStringLower(key));
        return isRight;
    }
}
