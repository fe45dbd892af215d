using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Server.Hosting;

namespace Coffer.Server.Console;

/// <summary>Asks the running service of a data folder, over its socket.</summary>
internal sealed class ConsoleClient : IDisposable
{
    private readonly string _socket;
    private readonly HttpClient _http;

    public ConsoleClient(string data)
    {
        _socket = new ServiceFolder(data).ConsoleSocket;
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://console/") };
    }

    /// <exception cref="FaultException"><c>service.away</c>, or what the service answers.</exception>
    public async Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PostAsync(
                new Uri(ConsoleEndpoints.Root + path, UriKind.Relative), null, cancellationToken);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? WireMessage.Decode(body, type, path)
                : throw new FaultException(WireMessage.Decode(body, WireJson.Default.Problem, path).ToFault());
        }
        catch (HttpRequestException e)
        {
            throw FaultException.Failed("service.away",
                $"No service answers for this data folder, at {_socket}: {e.Message.TrimEnd('.')}.",
                "Start it with `coffer-vault serve --data DIR`, and run this as the user that it runs as.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
