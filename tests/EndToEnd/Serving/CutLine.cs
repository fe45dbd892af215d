using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Coffer.EndToEnd.Serving;

/// <summary>A line to a port of this host that can be cut, in the middle of whatever it carries.</summary>
internal sealed class CutLine : IDisposable
{
    private const int LongestPiece = 64 << 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly CancellationTokenSource _closing = new();
    private long _untilCut = long.MaxValue, _betweenCuts;
    private int _cutsLeft;
    private volatile bool _isDown;

    public CutLine()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Target { get; set; }

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Cuts { get; private set; }

    /// <summary>Cuts all connections each time that so many bytes have come through, so often.</summary>
    public void CutEvery(long bytes, int times)
    {
        (_betweenCuts, _cutsLeft) = (bytes, times);
        Interlocked.Exchange(ref _untilCut, bytes);
    }

    /// <summary>Nothing comes through, and who is connected hears nothing of it: a cable that was pulled.</summary>
    public void Pull() => _isDown = true;

    /// <summary>It is plugged in again; whoever was connected finds out that nobody knows him.</summary>
    public void PlugIn()
    {
        Reset();
        _isDown = false;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
        Reset();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_closing.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                (_open[client], _open[server]) = (0, 0);
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, Target);
                    _ = CopyAsync(client, server);
                    _ = CopyAsync(server, client);
                }
                catch (SocketException)
                {
                    Drop(client);
                    Drop(server);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var piece = new byte[LongestPiece];
        try
        {
            while (await from.ReceiveAsync(piece) is > 0 and int read)
            {
                while (_isDown) await Task.Delay(20, _closing.Token);
                if (Interlocked.Add(ref _untilCut, -read) <= 0 && CountCut())
                {
                    // What goes over the wire of the last piece, and no more.
                    await to.SendAsync(piece.AsMemory(0, read / 2));
                    Reset();
                    return;
                }
                for (int sent = 0; sent < read;) sent += await to.SendAsync(piece.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, or one end has closed.
        }
        Drop(from);
        Drop(to);
    }

    private bool CountCut()
    {
        bool isCut = Interlocked.Decrement(ref _cutsLeft) >= 0;
        Interlocked.Exchange(ref _untilCut, isCut ? _betweenCuts : long.MaxValue);
        if (isCut) Cuts++;
        return isCut;
    }

    private void Reset()
    {
        foreach (var socket in _open.Keys) Drop(socket);
    }

    // With a reset, not a farewell.
    private void Drop(Socket socket)
    {
        if (!_open.TryRemove(socket, out _)) return;
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }
}
