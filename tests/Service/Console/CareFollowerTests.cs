using Coffer.Contracts.Management;
using Coffer.Server.Commands.Care;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;
using Coffer.Vault.Upkeep;

namespace Coffer.Service.Console;

/// <summary>Runs that a command has begun at the service and watches.</summary>
public sealed class CareFollowerTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly Report s_report = new(isJson: true);

    [Fact]
    public async Task Run_IsFollowedToItsEnd()
    {
        using var client = new ConsoleClient(service.Data);
        (await client.AnswersAsync(default)).ShouldBeTrue();
        var ended = await Follower(client, default).RunAsync(CareKind.Scrub);
        (ended.State, ended.By, ended.Figures.Packs).ShouldBe((CareState.Completed, "console", 0));
    }

    [Fact]
    public async Task Run_WhoseCommandIsInterrupted_IsStoppedAtTheService()
    {
        var vault = service.Host.Vaults[0];
        var reached = new TaskCompletionSource();
        using var go = new ManualResetEventSlim();
        // The vault is at its own upkeep, and the run waits for its turn as long as this test likes.
        var upkeep = Task.Run(() => vault.Upkeep(new UpkeepRules(), () =>
        {
            reached.TrySetResult();
            go.Wait();
            return false;
        }));
        await reached.Task;
        using var client = new ConsoleClient(service.Data);
        using var interrupt = new CancellationTokenSource();
        var followed = Follower(client, interrupt.Token).RunAsync(CareKind.Check);
        var care = vault.ManageAtConsole().Care;
        while (care.List().Runs.FirstOrDefault() is not { Kind: CareKind.Check }) await Task.Yield();
        await interrupt.CancelAsync();
        (await followed).State.ShouldBe(CareState.Stopped);
        care.List().Runs[0].State.ShouldBe(CareState.Stopped);
        go.Set();
        await upkeep;
    }

    private CareFollower Follower(ConsoleClient client, CancellationToken cancellationToken) => new(
        new VaultConsole(client, service.Host.Vaults[0].Id, s_report, cancellationToken),
        new CarePrinter(s_report, TimeProvider.System), TimeProvider.System);
}
