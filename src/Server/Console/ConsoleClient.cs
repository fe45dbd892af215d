using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Server.Hosting;
using Coffer.Server.Management;

namespace Coffer.Server.Console;

/// <summary>Asks the running service of a data folder, over its socket.</summary>
internal sealed class ConsoleClient : IDisposable
{
    public const string AwayCode = "service.away";

    private readonly string _socket, _data;
    private readonly HttpClient _http;

    public ConsoleClient(string data)
    {
        var folder = new ServiceFolder(data);
        (_socket, _data) = (folder.ConsoleSocket, folder.Data);
        var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://console/") };
    }

    /// <summary>Asks for something, and reads the answer.</summary>
    /// <param name="path">Below the service's address.</param>
    /// <exception cref="FaultException"><c>service.away</c>, or what the service answers.</exception>
    public async Task<T> AskAsync<T>(
        HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken,
        string? pin = null) =>
        WireMessage.Decode(await SendAsync(method, path, body, cancellationToken, pin), type, path);

    /// <inheritdoc cref="AskAsync"/>
    public async Task<byte[]> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken, string? pin = null)
    {
        using var request = new HttpRequestMessage(method, new Uri("/" + path, UriKind.Relative)) { Content = body };
        if (pin is not null) request.Headers.Add(CallerRequest.PinHeader, pin);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? answer
                : throw new FaultException(WireMessage.Decode(answer, WireJson.Default.Problem, path).ToFault());
        }
        catch (HttpRequestException e)
        {
            throw Away(_data, e);
        }
    }

    /// <summary>The vault that a command is about.</summary>
    /// <param name="name">Null where the service keeps one only.</param>
    /// <exception cref="FaultException"><c>vault.choose</c>.</exception>
    public async Task<VaultId> VaultAsync(string? name, CancellationToken cancellationToken)
    {
        var all = await AskAsync(HttpMethod.Get, ConsoleEndpoints.Root[1..] + "/vaults", null,
            WireJson.Default.VaultGreetingArray, cancellationToken);
        var found = all.Where(vault => name is null || vault.Name == name || vault.Id.ToString() == name).ToList();
        return found is [var only]
            ? only.Id
            : throw FaultException.Usage("vault.choose",
                $"The service keeps the vaults {string.Join(", ", all.Select(vault => vault.Name))}.",
                "Say which with --vault NAME.");
    }

    /// <summary>Whether a service runs on the data folder.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await SendAsync(HttpMethod.Get, ConsoleEndpoints.Root[1..] + "/vaults", null, cancellationToken);
            return true;
        }
        catch (FaultException e)
        {
            return e.Fault.Code != AwayCode; // whatever else it says, it runs
        }
    }

    /// <param name="inner">Why it cannot be asked; null where that is known.</param>
    public static FaultException Away(string data, HttpRequestException? inner = null)
    {
        var error = (inner?.InnerException as SocketException)?.SocketErrorCode;
        if (error == SocketError.AccessDenied)
            return FaultException.Failed(AwayCode, $"The service of {data} cannot be asked by this user.",
                "Run this as the user that the service runs as, or as root.", inner);
        // A socket that is not there counts as an address that is none (unix(7)), one that a kill left as refusing.
        bool isNone = inner is null || error is SocketError.AddressNotAvailable or SocketError.ConnectionRefused;
        return FaultException.Failed(AwayCode,
            isNone
                ? $"No service runs on the data folder {data}."
                : $"No service answers for the data folder {data}: {inner!.Message.TrimEnd('.')}.",
            $"Start it with `coffer-vault serve --data {PathText.AsWord(data)}`, which makes a vault where there is"
            + " none yet; then ask again, as the user that it runs as.", inner);
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
