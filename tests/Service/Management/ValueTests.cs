using System.Net;
using System.Text;
using System.Text.Json;
using Coffer.Domain.Security.Roles;

namespace Coffer.Service.Management;

/// <summary>Values of enumerations as the API takes and tells them: by the names that there are.</summary>
public sealed class ValueTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("POST", "/pins", """{"operation":1,"server":null,"object":"x","code":"1"}""")]
    [InlineData("POST", "/pins", """{"operation":"1","server":null,"object":"x","code":"1"}""")]
    [InlineData("POST", "/pins", """{"operation":"DeleteData,RetainByPolicy","server":null,"object":"x","code":"1"}""")]
    [InlineData("POST", "/accounts", """{"name":"x","roles":[4]}""")]
    [InlineData("POST", "/accounts", """{"name":"x","roles":["BackupReader,BackupOperator"]}""")]
    [InlineData("POST", "/accounts", """{"name":"x","roles":["Emperor"]}""")]
    [InlineData("PATCH", "/security", """{"immutability":2,"isForGood":true}""")]
    [InlineData("PATCH", "/security", """{"softDelete":{"mode":0,"periodDays":14}}""")]
    [InlineData("POST", "/tokens",
        """{"name":"x","permissions":[1],"pinOperations":[],"machines":null,"ends":"2020-01-01T00:00:00Z"}""")]
    public async Task Value_ThatIsNoName_IsRefused(string method, string path, string body)
    {
        using var http = await People.ClientAsync(
            service, $"chief {Guid.NewGuid()}", Role.BackupContributor, Role.SecurityAdministrator);
        using var request = new HttpRequestMessage(
            new HttpMethod(method), $"/api/v1/vaults/{service.Host.Vaults[0].Id}{path}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request);
        string told = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, told);
        told.ShouldContain("request.unreadable");
    }

    [Fact]
    public async Task Document_TellsTheNames()
    {
        using var http = People.Client(service);
        using var document = JsonDocument.Parse(await http.GetStringAsync("/api/openapi.json"));
        var told = Lists(document.RootElement).ToList();
        foreach (string name in (string[])["DeleteData", "BackupReader", "ManageTokens", "RetainByPolicy", "Locked"])
            told.ShouldContain(list => list.Contains(name), name);
    }

    private static IEnumerable<List<string?>> Lists(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member =>
            member.Name == "enum" && member.Value.ValueKind == JsonValueKind.Array
                ? [[.. member.Value.EnumerateArray().Select(value => value.ToString())]]
                : Lists(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Lists),
        _ => [],
    };
}
