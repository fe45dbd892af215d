using System.Text.Json;

namespace Coffer.Service.Management;

/// <summary>One address of the API as its document tells it.</summary>
/// <param name="UseCase">Null in the data API and where nobody has to be signed in.</param>
internal sealed record ApiOperation(string Method, string Path, string? UseCase, string Description)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Reads the service's own OpenAPI document, so that no test can forget an address that is new.</summary>
internal static class ApiDocumentReader
{
    public static async Task<List<ApiOperation>> ReadAsync(ServiceFixture service)
    {
        using var http = People.Client(service);
        return await ReadAsync(http);
    }

    public static async Task<List<ApiOperation>> ReadAsync(HttpClient http)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync("/api/openapi.json"));
        return
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path =>
                path.Value.EnumerateObject().Select(operation => new ApiOperation(
                    operation.Name.ToUpperInvariant(), path.Name, Text(operation.Value, "operationId"),
                    Text(operation.Value, "description") ?? ""))),
        ];
    }

    /// <summary>An address with an id in each place that wants one.</summary>
    public static string Fill(string path, Func<string, string> valueOf)
    {
        for (int from; (from = path.IndexOf('{')) >= 0;)
        {
            int to = path.IndexOf('}');
            path = path[..from] + valueOf(path[(from + 1)..to]) + path[(to + 1)..];
        }
        return path;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var found) ? found.GetString() : null;
}
