using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Server.Commands.Shell;

namespace Coffer.Server.Console;

/// <summary>One vault of a running service, as a command at its console asks it.</summary>
internal sealed class VaultConsole(
    ConsoleClient client, VaultId vault, Report report, CancellationToken cancellationToken)
{
    private const int PageSize = 500;

    public Report Report => report;

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>The same, until another one cancels.</summary>
    public VaultConsole Until(CancellationToken other) => new(client, vault, report, other);

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type) =>
        client.AskAsync(HttpMethod.Get, PathOf(path), null, type, cancellationToken);

    /// <summary>Null where the answer is that there is none.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        byte[] answer = await client.SendAsync(HttpMethod.Get, PathOf(path), null, cancellationToken);
        return answer.Length == 0 ? null : WireMessage.Decode(answer, type, path);
    }

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> answer) =>
        client.AskAsync(HttpMethod.Post, PathOf(path), null, answer, cancellationToken);

    /// <param name="pin">Of <see cref="PinAsync"/>, where it takes one.</param>
    public Task<TAnswer> SendAsync<T, TAnswer>(
        HttpMethod method, string path, T message, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer,
        string? pin = null) =>
        client.AskAsync(method, PathOf(path), Body(message, type), answer, cancellationToken, pin);

    /// <summary>Where the answer says nothing.</summary>
    public Task SendAsync<T>(string path, T message, JsonTypeInfo<T> type, string? pin = null) =>
        client.SendAsync(HttpMethod.Post, PathOf(path), Body(message, type), cancellationToken, pin);

    /// <inheritdoc cref="SendAsync{T}"/>
    public Task SendAsync(HttpMethod method, string path, string? pin = null) =>
        client.SendAsync(method, PathOf(path), null, cancellationToken, pin);

    /// <summary>All pages of a list.</summary>
    public async Task<List<T>> ListAsync<T>(string path, JsonTypeInfo<Page<T>> type)
    {
        var all = new List<T>();
        string? after = null;
        do
        {
            string sign = path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
            string from = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = await GetAsync($"{path}{sign}limit={PageSize}{from}", type);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>
    /// Makes a PIN for one thing, to be used at once: whoever has the console may make one, and is to have read before
    /// what it is about to do.
    /// </summary>
    public async Task<string> PinAsync(CriticalOperation operation, MachineId? server, string subject)
    {
        var made = await SendAsync(HttpMethod.Post, "/pins", new PinRequest(operation, server, subject),
            ManagementJson.Default.PinRequest, ManagementJson.Default.PinAnswer);
        return made.Pin;
    }

    private static ByteArrayContent Body<T>(T message, JsonTypeInfo<T> type)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return body;
    }

    private string PathOf(string path) => ManagementRoutes.Vault(vault) + path;
}
