using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Protection;

public sealed class PointGateTests
{
    // The standard schedule's one run and eight more; the scenario has one point already.
    private const int More = 8;

    [Fact]
    public async Task Points_BeyondADaysNumber_AreRefusedAndTheGoodOnesStay()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < More; i++) await scenario.CommitAsync(2 + i);
        var fault = (await Should.ThrowAsync<FaultException>(() => scenario.CommitAsync(2 + More))).Fault;
        fault.Code.ShouldBe("points.flood");
        fault.Message.ShouldContain("2026-05-02"); // when the next is taken
        scenario.Points().Count.ShouldBe(1 + More);
        scenario.Days(1);
        await scenario.CommitAsync(2 + More);
    }

    [Fact]
    public async Task Points_Deleted_CountAsWell()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < More; i++)
        {
            var point = await scenario.CommitAsync(2 + i);
            scenario.Vault.Engine.Points.Delete(point.Id, TimeSpan.FromDays(14));
        }
        (await Should.ThrowAsync<FaultException>(() => scenario.CommitAsync(2 + More)))
            .Fault.Code.ShouldBe("points.flood");
    }

    [Fact]
    public async Task Limit_RaisedByAPerson_LetsMoreIn()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        for (int i = 0; i < More; i++) await scenario.CommitAsync(2 + i);
        scenario.Console.Servers.SetQuota(scenario.Machine, new QuotaRequest(null, ExtraPointsADay: 12));
        for (int i = 0; i < 4; i++) await scenario.CommitAsync(2 + More + i);
        (await Should.ThrowAsync<FaultException>(() => scenario.CommitAsync(20))).Fault.Code.ShouldBe("points.flood");
    }
}
