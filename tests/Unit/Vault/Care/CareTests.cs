using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security.Roles;
using Coffer.Format.Packs;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Unit.Vault.Security;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault.Upkeep;

namespace Coffer.Unit.Vault.Care;

/// <summary>Checks, scrubs and collections that somebody asks a served vault for.</summary>
public sealed class CareTests
{
    [Theory]
    [InlineData(CareKind.Check)]
    [InlineData(CareKind.Scrub)]
    [InlineData(CareKind.Collect)]
    public async Task Run_OfASoundVault_Completes(CareKind kind)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ended = await RunAsync(scenario, kind);
        ended.State.ShouldBe(CareState.Completed, string.Join(", ", ended.Findings));
        (ended.Figures.Points, ended.Figures.Packs, ended.Figures.CopiedBytes).ShouldBe(kind switch
        {
            CareKind.Check => (1L, (long?)null, (long?)null),
            CareKind.Scrub => (1L, 2L, null),
            _ => (null, null, 0L),
        });
        ended.EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Scrub_OfADamagedPack_MendsAndNamesWhatIsLost()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        await scenario.Vault.DisposeAsync();
        scenario.Files.Pack(PackClass.Data, out string path);
        DamagedVault.Flip(path, 200);
        await scenario.OpenAsync();
        var ended = await RunAsync(scenario, CareKind.Scrub);
        ended.State.ShouldBe(CareState.CompletedWithWarnings);
        ended.Findings.Select(finding => finding.Code).ShouldBe(["pack.damaged", "point.hurt"]);
        ended.Findings[1].Point.ShouldBe(scenario.Point);
        (ended.Figures.DamagedPacks, ended.Figures.HurtPoints).ShouldBe((1, 1));
        (await RunAsync(scenario, CareKind.Check)).State.ShouldBe(CareState.CompletedWithWarnings);
    }

    [Fact]
    public async Task Run_WhileAnotherOneIsAtWork_IsRefused()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        using var held = await HeldScrub.BeginAsync(scenario);
        ServedScenario.Code(() => scenario.Console.Care.Check()).ShouldBe("care.busy");
        ServedScenario.Code(() => scenario.Console.Care.Scrub()).ShouldBe("care.busy");
        held.Release();
        await scenario.Vault.Care.WaitAsync();
        scenario.Console.Care.Show(held.Run).State.ShouldBe(CareState.Completed);
        (await RunAsync(scenario, CareKind.Check)).State.ShouldBe(CareState.Completed);
        scenario.Console.Care.List().Runs.Select(run => run.Kind).ShouldBe([CareKind.Check, CareKind.Scrub]);
    }

    [Fact]
    public async Task Upkeep_BesideARun_LetsPointsExpireAndWaitsForNothing()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        await scenario.CommitAsync(2);
        scenario.Vault.Engine.Points.ExpireAt(scenario.Point, scenario.Time.GetUtcNow());
        using var held = await HeldScrub.BeginAsync(scenario);
        scenario.Days(31); // all that upkeep does is due
        var report = scenario.Upkeep();
        (report.Expired, report.Collections.Count, report.Scrub.Packs).ShouldBe((1, 0, 0));
        held.Release();
        await scenario.Vault.Care.WaitAsync();
        scenario.Upkeep().Collections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_AskedForDuringUpkeep_WaitsForTheSliceWhichEndsForIt()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Days(31);
        Id128? run = null;
        bool hasWaited = false;
        scenario.Vault.Upkeep(new UpkeepRules(), () =>
        {
            run ??= scenario.Console.Care.Check().Id;
            hasWaited |= scenario.Console.Care.Show(run.Value).State == CareState.Running;
            return true;
        });
        await scenario.Vault.Care.WaitAsync();
        hasWaited.ShouldBeTrue();
        scenario.Console.Care.Show(run!.Value).State.ShouldBe(CareState.Completed);
    }

    [Fact]
    public async Task Stop_EndsARunWithWhatWasDone()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        using var held = await HeldScrub.BeginAsync(scenario);
        scenario.Console.Care.Stop(held.Run);
        held.Release();
        await scenario.Vault.Care.WaitAsync();
        var ended = scenario.Console.Care.Show(held.Run);
        (ended.State, ended.Figures.Packs).ShouldBe((CareState.Stopped, 1)); // the pack that it was at
        (await RunAsync(scenario, CareKind.Scrub)).Figures.Packs.ShouldBe(1); // goes on
        ServedScenario.Code(() => scenario.Console.Care.Stop(Id128.Random())).ShouldBe("care.unknown");
    }

    [Fact]
    public async Task Vault_ThatIsClosed_StopsTheRunAndWaitsForIt()
    {
        var scenario = await ServedScenario.MakeAsync();
        using var held = await HeldScrub.BeginAsync(scenario);
        var care = scenario.Vault.Care;
        var closing = scenario.DisposeAsync().AsTask();
        closing.IsCompleted.ShouldBeFalse();
        held.Release();
        await closing;
        care.Show(held.Run).State.ShouldBe(CareState.Stopped);
    }

    [Fact]
    public async Task Runs_AreInTheAuditLog_AndNeedTheirPermission()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var reader = await scenario.Person("ada", Role.BackupReader).SignInAsync();
        ServedScenario.Code(() => reader.Care.Scrub()).ShouldBe("role.missing");
        var operatorBen = await scenario.Person("ben", Role.BackupOperator).SignInAsync();
        operatorBen.Care.Collect();
        await scenario.Vault.Care.WaitAsync();
        reader.Care.List().Runs.Single().By.ShouldContain("ben");
        var entries = scenario.Console.Security.ListAudit(null, null).Items
            .Where(entry => entry.Operation == "care.collect").ToList();
        entries.Count.ShouldBe(2);
        entries[^1].Details.ShouldContain(KeyValuePair.Create("state", "Completed"));
    }

    private static async Task<CareStatus> RunAsync(ServedScenario scenario, CareKind kind)
    {
        var care = scenario.Console.Care;
        var begun = kind switch
        {
            CareKind.Check => care.Check(),
            CareKind.Scrub => care.Scrub(),
            _ => care.Collect(),
        };
        await scenario.Vault.Care.WaitAsync();
        return care.Show(begun.Id);
    }

    /// <summary>A scrub that is at its first pack until it is let go.</summary>
    private sealed class HeldScrub : IDisposable
    {
        private readonly TaskCompletionSource _reached = new();
        private readonly ManualResetEventSlim _go = new();

        public Id128 Run { get; private set; }

        public static async Task<HeldScrub> BeginAsync(ServedScenario scenario)
        {
            var held = new HeldScrub();
            scenario.Files.Fixture.WrapStore = store => new InterruptedStore(store)
            {
                BeforeRead = ("packs/", held.Hold),
            };
            await scenario.RestartAsync();
            held.Run = scenario.Console.Care.Scrub().Id;
            await held._reached.Task;
            return held;
        }

        public void Release() => _go.Set();

        public void Dispose()
        {
            _go.Set(); // also where an assertion failed: else nothing would ever be closed
            _go.Dispose();
        }

        private void Hold()
        {
            _reached.TrySetResult();
            _go.Wait(TestContext.Current.CancellationToken);
        }
    }
}
