using Coffer.Contracts.Jobs;
using Coffer.Service.HostileVault;

namespace Coffer.Service.Contract;

/// <summary>A backup into a served vault that is cancelled at its end.</summary>
public sealed class CancelTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Backup_CancelledWhileItsLastPackIsSent_IsCancelledAndThePackCalledBack()
    {
        using var machine = await Victim.RegisterAsync(service, "sends");
        machine.Data.Write(1);
        using var cancel = new CancellationTokenSource();
        var line = new HeldLine(request => request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath
            .Contains("/packs/", StringComparison.Ordinal));
        await using (var held = machine.OpenOver(line.Over))
        {
            var running = machine.BackUpAsync(held, cancel.Token);
            await line.Reached;
            await cancel.CancelAsync();
            (await running).Report.State.ShouldBe(JobState.Cancelled);
        }
        line.CalledBack.ShouldBeGreaterThan(0);

        await using var vault = machine.Open();
        (await vault.ListPointsAsync(machine.Points, default)).ShouldBeEmpty();
        (await vault.ListJobsAsync(machine.Machine.Id, 1, default)).Single().State.ShouldBe(JobState.Cancelled);
        (await machine.BackUpAsync(vault)).Report.State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Backup_CancelledWhileItsCommitIsOnTheWay_IsCompleted()
    {
        using var machine = await Victim.RegisterAsync(service, "commits");
        machine.Data.Write(1);
        using var cancel = new CancellationTokenSource();
        var line = new HeldLine(request => request.RequestUri!.AbsolutePath
            .EndsWith("/commit", StringComparison.Ordinal));
        await using var vault = machine.OpenOver(line.Over);
        var running = machine.BackUpAsync(vault, cancel.Token);
        await line.Reached;
        await cancel.CancelAsync();
        line.LetGo();
        (await running).Report.State.ShouldBe(JobState.Completed);
        (await vault.ListPointsAsync(machine.Points, default)).Count.ShouldBe(1);
    }

    /// <summary>A line that holds some requests back until they are let go or called back.</summary>
    private sealed class HeldLine(Func<HttpRequestMessage, bool> isHeld)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calledBack;

        public Task Reached => _reached.Task;

        public int CalledBack => Volatile.Read(ref _calledBack);

        public void LetGo() => _free.SetResult();

        public HttpMessageHandler Over(HttpMessageHandler network) => new Handler(this, network);

        private async Task WaitAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!isHeld(request)) return;
            _reached.TrySetResult();
            try
            {
                await _free.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _calledBack);
                throw;
            }
        }

        private sealed class Handler(HeldLine line, HttpMessageHandler network) : DelegatingHandler(network)
        {
            protected override async Task<HttpResponseMessage> SendAsync(
                HttpRequestMessage request, CancellationToken cancellationToken)
            {
                await line.WaitAsync(request, cancellationToken);
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }
}
