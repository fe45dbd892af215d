using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Coffer.EndToEnd.Serving.Registration;

/// <summary>An HTTPS service with a key of its own that gives one answer to whatever it is asked.</summary>
internal sealed class OneAnswer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2 _certificate;
    private readonly byte[] _answer;
    private readonly Task _serving;

    public OneAnswer(string answer)
    {
        byte[] body = Encoding.UTF8.GetBytes(answer);
        _answer = [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var made = new CertificateRequest("CN=double", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        Pin = SHA256.HashData(_certificate.PublicKey.ExportSubjectPublicKeyInfo());
        _listener.Start();
        _serving = ServeAsync();
    }

    public byte[] Pin { get; }

    public string Address => $"https://{_listener.LocalEndpoint}/";

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        _serving.GetAwaiter().GetResult();
        _certificate.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        await using var line = new SslStream(client.GetStream());
        try
        {
            await line.AuthenticateAsServerAsync(_certificate);
            var bytes = new byte[4096];
            while (await line.ReadAsync(bytes, _end.Token) > 0) await line.WriteAsync(_answer, _end.Token);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // It hung up.
        }
    }
}
