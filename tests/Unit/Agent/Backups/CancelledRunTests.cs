using Coffer.Agent.Backups;

namespace Coffer.Unit.Agent.Backups;

/// <summary>Runs that are cancelled behind their last look for it, and when one is cut off.</summary>
public sealed class CancelledRunTests : BackupScenario
{
    [Fact]
    public async Task Run_CancelledWhileItsLastPackIsSent_EndsWithoutWaitingForIt()
    {
        Write("file", 100_000);
        using var cancel = new CancellationTokenSource();
        Vault.Sending = async stopped =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, stopped);
        };
        var result = await RunAsync(new CallbackProgress(_ => { }), cancel.Token);
        result.IsCancelled.ShouldBeTrue();
        result.Statistics.Files.ShouldBe(1);
        Vault.Committed.ShouldBeEmpty();
        Vault.Sending = null;
        (await RunAsync()).Point.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_CancelledOnceAllIsSent_MakesNoPoint()
    {
        Write("file", 100_000);
        using var cancel = new CancellationTokenSource();
        void CancelAtTheEnd(BackupProgress progress)
        {
            if (progress.Phase == BackupPhase.Verifying) cancel.Cancel();
        }
        (await RunAsync(new CallbackProgress(CancelAtTheEnd), cancel.Token)).IsCancelled.ShouldBeTrue();
        Vault.Committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_CancelledWhileItsCommitIsAnswered_HasAPoint()
    {
        Write("file", 100_000);
        using var cancel = new CancellationTokenSource();
        Vault.LosesBeforeCommit = _ =>
        {
            cancel.Cancel();
            return [];
        };
        var result = await RunAsync(new CallbackProgress(_ => { }), cancel.Token);
        result.Point.ShouldNotBeNull();
        Vault.Committed.Count.ShouldBe(1);
    }

    [Fact]
    public void CutOff_WhileItReads_LeavesTimeForACheckpoint()
    {
        var time = new TimerTime();
        using var cancel = new CancellationTokenSource();
        using var cut = new CutOff(cancel.Token, time);
        cancel.Cancel();
        cut.IsCut.ShouldBeFalse();
        time.Due.ShouldBe(CutOff.Patience);
        time.Ring();
        cut.IsCut.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CutOff_OnceAllIsRead_IsAtOnce(bool isCancelledBefore)
    {
        using var cancel = new CancellationTokenSource();
        using var cut = new CutOff(cancel.Token, new TimerTime());
        if (isCancelledBefore) cancel.Cancel();
        cut.AllIsRead();
        cut.IsCut.ShouldBe(isCancelledBefore);
        cut.AllIsRead();
        cancel.Cancel();
        cut.IsCut.ShouldBeTrue();
    }

    /// <summary>Of one timer, which rings when it is told to.</summary>
    private sealed class TimerTime : TimeProvider
    {
        private Action _ring = () => { };

        public TimeSpan Due { get; private set; }

        public void Ring() => _ring();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (Due, _ring) = (dueTime, () => callback(state));
            return new Timer(this);
        }

        private sealed class Timer(TimerTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                time.Due = dueTime;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
