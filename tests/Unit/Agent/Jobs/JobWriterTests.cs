using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Unit.Agent.Doubles;

namespace Coffer.Unit.Agent.Jobs;

public sealed class JobWriterTests
{
    private readonly MemoryVault _vault = new();
    private readonly TimerTime _time = new();

    [Fact]
    public async Task KeepRefreshing_EachFiveSeconds_StoresTheFiguresOfThatMoment()
    {
        var job = new JobWriter(_vault, MachineId.New(), JobOperation.Backup, "/", _time);
        await job.BeginAsync(CancellationToken.None);
        long files = 0;
        var reports = job.KeepRefreshing(() => job.SetFact("files", files));
        _time.Period.ShouldBe(TimeSpan.FromSeconds(5));
        for (files = 10; files <= 30; files += 10) await TickAsync();
        await reports.DisposeAsync();
        _vault.Jobs.Select(j => j.Facts.Count == 0 ? 0 : j.Facts[0].Value).ShouldBe([0, 10, 20, 30]);
        _vault.Jobs.ShouldAllBe(j => j.State == JobState.InProgress);
    }

    [Fact]
    public async Task KeepRefreshing_VaultRefuses_GoesOnAndTriesAgain()
    {
        var job = new JobWriter(_vault, MachineId.New(), JobOperation.Backup, "/", _time);
        var reports = job.KeepRefreshing(() => { });
        _vault.RefusesJobs = true;
        await TickAsync();
        _vault.RefusesJobs = false;
        await TickAsync();
        await reports.DisposeAsync();
        _vault.Jobs.Count.ShouldBe(1);
    }

    private async Task TickAsync()
    {
        int before = _vault.JobCalls;
        _time.Tick();
        while (_vault.JobCalls == before) await Task.Yield();
    }

    /// <summary>One timer that fires when told to.</summary>
    private sealed class TimerTime : TimeProvider
    {
        private Action? _fire;

        public TimeSpan Period { get; private set; }

        public void Tick() => _fire!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Period = period;
            _fire = () => callback(state);
            return new Silent();
        }

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
