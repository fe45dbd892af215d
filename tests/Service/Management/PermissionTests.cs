using System.Net;
using System.Reflection;
using System.Text;
using Coffer.Domain;
using Coffer.Domain.Security.Roles;
using Coffer.Vault.Security;
using Microsoft.AspNetCore.Routing;

namespace Coffer.Service.Management;

/// <summary>Every use case of the management API, as the service lists them itself, asked by every role.</summary>
public sealed class PermissionTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly Dictionary<string, UseCase> s_useCases = typeof(UseCases)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (UseCase)field.GetValue(null)!)
        .ToDictionary(useCase => useCase.Name);

    public static TheoryData<Role> Roles => [.. Enum.GetValues<Role>()];

    [Fact]
    public async Task Document_TellsEveryAddressThatTheServiceHas()
    {
        var told = (await ApiDocumentReader.ReadAsync(service)).ConvertAll(operation => operation.ToString());
        var has = service.Host.Endpoints.Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Where(address => !address.Contains("/console/", StringComparison.Ordinal)
                && !address.EndsWith("/api/openapi.json", StringComparison.Ordinal));
        told.Select(address => address.TrimEnd('/')).Order()
            .ShouldBe(has.Select(address => address.TrimEnd('/')).Order());
    }

    [Fact]
    public async Task Document_TellsEveryUseCaseWithItsPermission()
    {
        var told = (await ApiDocumentReader.ReadAsync(service)).FindAll(operation => operation.UseCase is not null);
        told.Select(operation => operation.UseCase).Order().ShouldBe(s_useCases.Keys.Order());
        foreach (var operation in told)
            operation.Description.ShouldContain($"{s_useCases[operation.UseCase!].Permission}");
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task EachUseCase_IsRefusedToWhoHasNotItsPermission(Role role)
    {
        using var http = await People.ClientAsync(service, $"{role}", role);
        int refused = 0;
        foreach (var operation in await ApiDocumentReader.ReadAsync(service))
        {
            if (operation.UseCase is null or "session.end") continue;
            var (status, body) = await TryAsync(http, operation);
            bool isAllowed = RolePermissions.Allows(role, s_useCases[operation.UseCase].Permission);
            if (!isAllowed) refused++;
            bool isRefused = body.Contains("\"code\":\"role.missing\"", StringComparison.Ordinal);
            isRefused.ShouldBe(!isAllowed, $"{operation}: {body}");
            (status == HttpStatusCode.Unauthorized).ShouldBeFalse($"{operation}: {body}");
            ((int)status).ShouldBeLessThan(500, $"{operation}: {body}");
        }
        // Nobody may all: a Security Administrator does not restore, but that has no address here.
        if (role != Role.SecurityAdministrator) refused.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task AMachinesToken_IsNoPersons()
    {
        var machine = await service.RegisterAsync("machine");
        using var http = People.Client(service);
        http.DefaultRequestHeaders.Authorization = new("Bearer", Hostile.StolenKeyTests.TokenOf(service, machine));
        foreach (var operation in await ApiDocumentReader.ReadAsync(service))
            if (operation.UseCase is not null)
                (await TryAsync(http, operation)).Status.ShouldBe(HttpStatusCode.Unauthorized, $"{operation}");
    }

    [Fact]
    public async Task APersonsToken_IsNoMachines()
    {
        using var http = await People.ClientAsync(service, "chief", Enum.GetValues<Role>());
        foreach (var operation in await ApiDocumentReader.ReadAsync(service))
        {
            bool isOfMachines = operation.UseCase is null
                && operation.Path.StartsWith("/api/data/", StringComparison.Ordinal)
                && !Hostile.StolenKeyTests.IsOpen(operation);
            if (isOfMachines)
                (await TryAsync(http, operation)).Status.ShouldBe(HttpStatusCode.Unauthorized, $"{operation}");
        }
    }

    [Fact]
    public async Task Settings_ChangedMeanwhile_AreNotChangedUnseen()
    {
        using var http = await People.ClientAsync(service, "careful", Role.SecurityAdministrator);
        string path = $"/api/v1/vaults/{service.Host.Vaults[0].Id}/security";
        using var seen = await http.GetAsync(path);
        string tag = seen.Headers.ETag!.Tag;
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.ParseAdd(tag);
        using var unchanged = await http.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        (await PatchAsync(http, path, tag, 30)).ShouldBe(HttpStatusCode.OK);
        (await PatchAsync(http, path, tag, 60)).ShouldBe(HttpStatusCode.PreconditionFailed);
    }

    private static async Task<HttpStatusCode> PatchAsync(HttpClient http, string path, string tag, int days)
    {
        string body = "{\"softDelete\":{\"mode\":\"On\",\"periodDays\":" + days + "}}";
        using var request = new HttpRequestMessage(HttpMethod.Patch, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.IfMatch.ParseAdd(tag);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<(HttpStatusCode Status, string Body)> TryAsync(HttpClient http, ApiOperation operation)
    {
        string path = ApiDocumentReader.Fill(operation.Path, name => name switch
        {
            "vault" => service.Host.Vaults[0].Id.ToString(),
            "point" => Id128.Random().ToString() + Id128.Random(),
            "kind" or "number" => "1",
            _ => Id128.Random().ToString(),
        });
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path)
        {
            Content = operation.Method is "POST" or "PUT" or "PATCH"
                ? new StringContent(BodyOf(operation.UseCase), Encoding.UTF8, "application/json")
                : null,
        };
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    // Readable, so that it is the permission that refuses; nothing that is named is there.
    private static string BodyOf(string? useCase) => useCase switch
    {
        "servers.unregister" => "{\"name\":\"x\",\"backupItems\":1}",
        "servers.distrust" => "{\"since\":\"2020-01-01T00:00:00Z\"}",
        "networks.set" => "{\"networks\":[]}",
        "servers.set-tags" => "{\"tags\":[]}",
        "servers.set-quota" => "{\"bytes\":1}",
        "points.extend" => "{\"until\":\"2030-01-01T00:00:00Z\"}",
        "items.stop" => "{\"way\":\"RetainData\"}",
        "policies.edit" or "policies.preview-edit" or "templates.set" => "{\"policy\":\"{}\"}",
        "adoptions.approve" => "{\"key\":\"x\"}",
        "pins.create" => "{\"operation\":\"RemoveHold\",\"server\":null,\"object\":\"x\"}",
        "accounts.invite" => "{\"name\":\"x\",\"roles\":[]}",
        "accounts.set-roles" => "{\"roles\":[\"BackupReader\"]}",
        "tokens.create" => "{\"name\":\"x\",\"permissions\":[],\"pinOperations\":[],\"machines\":null,"
            + "\"ends\":\"2020-01-01T00:00:00Z\"}",
        _ => "{}",
    };
}
