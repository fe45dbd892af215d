using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coffer.EndToEnd.Serving;

/// <summary>
/// An HTTP proxy on loopback that connects where it is asked to (CONNECT): for whoever has the password, unless it is
/// told to refuse; and a line between agent and vault whose answers can be held back.
/// </summary>
internal sealed class ConnectProxy : IDisposable
{
    private const int MaxHeadBytes = 8192;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly string? _wanted;
    private readonly Task _accepting;
    private int _tunnels;

    /// <param name="secret">USER:PASSWORD; null: everybody may.</param>
    /// <param name="listen">Of this machine; null: 127.0.0.1.</param>
    public ConnectProxy(string? secret = null, IPAddress? listen = null)
    {
        _listener = new TcpListener(listen ?? IPAddress.Loopback, 0);
        _wanted = secret is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Lines that were opened.</summary>
    public int Tunnels => Volatile.Read(ref _tunnels);

    /// <summary>Answered in place of a connection; null: none.</summary>
    public HttpStatusCode? Refusal { get; set; }

    /// <summary>What the vault answers comes no further.</summary>
    public bool HoldsAnswers { get; set; }

    /// <summary>Something was held back: the vault has answered.</summary>
    public bool HasHeld { get; private set; }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        _accepting.GetAwaiter().GetResult();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var lines = new List<Task>();
        try
        {
            while (true) lines.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task ServeAsync(TcpClient agent)
    {
        using (agent)
        {
            try
            {
                var stream = agent.GetStream();
                while (await ReadHeadAsync(stream) is { } head)
                    if (await AnswerAsync(stream, head)) return;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // One side hung up.
            }
        }
    }

    /// <returns>True once a line was opened and has ended.</returns>
    private async Task<bool> AnswerAsync(NetworkStream agent, string head)
    {
        string[] lines = head.Split("\r\n");
        bool isKnown = _wanted is null || lines.Contains("Proxy-Authorization: " + _wanted);
        if (!isKnown || Refusal is not null)
        {
            int status = (int)(isKnown ? Refusal!.Value : HttpStatusCode.ProxyAuthenticationRequired);
            string asks = isKnown ? "" : "Proxy-Authenticate: Basic realm=\"office\"\r\n";
            await SendAsync(agent, $"HTTP/1.1 {status} No\r\n{asks}Content-Length: 0\r\n\r\n");
            return false;
        }

        var target = IPEndPoint.Parse(lines[0].Split(' ')[1]);
        using var vault = new TcpClient();
        await vault.ConnectAsync(target, _end.Token);
        Interlocked.Increment(ref _tunnels);
        await SendAsync(agent, "HTTP/1.1 200 Connected\r\n\r\n");
        var there = PassAsync(agent, vault.GetStream(), isAnswer: false);
        await Task.WhenAny(there, PassAsync(vault.GetStream(), agent, isAnswer: true));
        return true;
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var bytes = new byte[64 << 10];
        while (await from.ReadAsync(bytes, _end.Token) is > 0 and var read)
        {
            if (isAnswer && HoldsAnswers) HasHeld = true;
            else await to.WriteAsync(bytes.AsMemory(0, read), _end.Token);
        }
    }

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (head.Length < MaxHeadBytes && await stream.ReadAsync(one, _end.Token) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] != '\n') continue;
            if (head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) return head.ToString();
        }

        return null;
    }

    private async Task SendAsync(NetworkStream stream, string text) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _end.Token);
}
