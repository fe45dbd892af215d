using System.Net;
using System.Text;
using System.Text.Json;
using Coffer.Domain.Security.Roles;

namespace Coffer.Service.Management;

public sealed class TagTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Tags_SetAndSetAgain_AreThoseGivenLast()
    {
        using var http = await People.ClientAsync(service, $"chief {Guid.NewGuid()}", Role.BackupContributor);
        var machine = await service.RegisterAsync("tagged");
        (await PutAsync(http, machine.Id.ToString(), """{"tags":["site-2","laptop","laptop"]}"""))
            .Tags.ShouldBe("laptop,site-2");
        (await PutAsync(http, machine.Id.ToString(), """{"tags":["server"]}""")).Tags.ShouldBe("server");
        (await PutAsync(http, machine.Id.ToString(), """{"tags":[]}""")).ShouldBe((HttpStatusCode.OK, ""));
    }

    [Theory]
    [InlineData("""{"tags":["Laptop"]}""")]
    [InlineData("""{"tags":[""]}""")]
    [InlineData("""{"tags":["a b"]}""")]
    [InlineData("""{"tags":["\u001b[2J"]}""")]
    [InlineData("""{"tags":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}""")]
    [InlineData("""{"tags":[null]}""")]
    [InlineData("""{"tags":null}""")]
    [InlineData("""{}""")]
    [InlineData("""
        {"tags":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18","19","20","21"]}
        """)]
    public async Task Tags_ThatAreNone_AreRefused(string body)
    {
        using var http = await People.ClientAsync(service, $"chief {Guid.NewGuid()}", Role.BackupContributor);
        var machine = await service.RegisterAsync("untagged");
        (await PutAsync(http, machine.Id.ToString(), body)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    /// <returns>The tags with commas between.</returns>
    private async Task<(HttpStatusCode Status, string Tags)> PutAsync(HttpClient http, string machine, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PutAsync(
            $"/api/v1/vaults/{service.Host.Vaults[0].Id}/servers/{machine}/tags", content);
        using var told = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, told.RootElement.TryGetProperty("tags", out var tags)
            ? string.Join(',', tags.EnumerateArray().Select(tag => tag.GetString()))
            : "none");
    }
}
