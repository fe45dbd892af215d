using System.Net;
using Coffer.Contracts.Management;
using Coffer.Domain.Security.Roles;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Networks;

/// <summary>Whom a served vault answers.</summary>
public sealed class NetworkGateTests
{
    [Theory]
    [InlineData("10.1.7.9", true)]
    [InlineData("::ffff:10.1.7.9", true)]
    [InlineData("10.2.0.1", false)]
    [InlineData("::ffff:10.2.0.1", false)]
    [InlineData("2001:db8::7", true)]
    [InlineData("2001:db9::7", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    public async Task Vault_OfTwoNetworks_AnswersThoseAndItsOwnMachine(string address, bool isAnswered)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var caller = IPAddress.Parse(address);
        scenario.Vault.RequireNetwork(caller); // by default everybody
        Set(scenario, "10.1.0.0/16", "2001:db8::/32");
        ShouldAnswer(scenario, caller, isAnswered);
        await scenario.RestartAsync();
        ShouldAnswer(scenario, caller, isAnswered);
        Set(scenario);
        scenario.Vault.RequireNetwork(caller);
    }

    [Fact]
    public async Task Networks_AreChangedByASecurityAdministratorAlone_AndTheChangeIsInTheAuditLog()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var contributor = await scenario.Person("ada", Role.BackupContributor).SignInAsync();
        ServedScenario.Code(() => contributor.Networks.Set(new NetworksRequest([]), null)).ShouldBe("role.missing");
        var chief = await scenario.Person("ben", Role.SecurityAdministrator).SignInAsync();
        chief.Networks.Set(new NetworksRequest(["10.1.0.0/16"]), IPAddress.Parse("10.1.0.7"));
        contributor.Networks.Show().Networks.ShouldBe(["10.1.0.0/16"]);
        var entry = scenario.Console.Security.ListAudit(null, null).Items.Last(one => one.Operation == "networks.set");
        entry.Actor.ShouldContain("ben");
        entry.Details.ShouldContain(KeyValuePair.Create("from", "any"));
        entry.Details.ShouldContain(KeyValuePair.Create("to", "10.1.0.0/16"));
    }

    [Fact]
    public async Task Networks_ThatExcludeWhoSetsThem_WantThatToBeSaid()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var chief = await scenario.Person("ben", Role.SecurityAdministrator).SignInAsync();
        var address = IPAddress.Parse("192.0.2.7");
        var request = new NetworksRequest(["10.1.0.0/16"]);
        ServedScenario.Code(() => chief.Networks.Set(request, address)).ShouldBe("network.own");
        scenario.Vault.RequireNetwork(address);
        chief.Networks.Set(request with { MayExcludeMe = true }, address);
        ShouldAnswer(scenario, address, false);
    }

    [Fact]
    public async Task Networks_ThatAreTooManyOrNone_AreRefusedWhole()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        Set(scenario, "10.1.0.0/16");
        ServedScenario.Code(() => Set(scenario, "10.2.0.0/16", "nonsense")).ShouldBe("network.value");
        string[] many = [.. Enumerable.Range(0, 65).Select(i => $"10.{i}.0.0/16")];
        ServedScenario.Code(() => Set(scenario, many)).ShouldBe("network.value");
        scenario.Console.Networks.Show().Networks.ShouldBe(["10.1.0.0/16"]);
    }

    private static void Set(ServedScenario scenario, params string[] networks) =>
        scenario.Console.Networks.Set(new NetworksRequest(networks), null);

    private static void ShouldAnswer(ServedScenario scenario, IPAddress caller, bool isAnswered)
    {
        if (isAnswered) scenario.Vault.RequireNetwork(caller);
        else ServedScenario.Code(() => scenario.Vault.RequireNetwork(caller)).ShouldBe("network.refused");
    }
}
