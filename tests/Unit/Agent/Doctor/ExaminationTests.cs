using Coffer.Agent.Doctor;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Doctor;

public sealed class ExaminationTests
{
    private readonly HurriedTime _time = new();

    [Fact]
    public async Task Make_ACheckThatNeverEnds_IsToldAsSlow()
    {
        var making = Make(new Check("dead", _ => new TaskCompletionSource<CheckResult>().Task));
        _time.Fire();
        (await making).Code.ShouldBe("doctor.slow");
    }

    [Fact]
    public async Task Make_ACheckThatBlocksItsThread_IsLeftBehind()
    {
        using var never = new ManualResetEventSlim();
        var making = Make(Check.Here("stuck", () =>
        {
            never.Wait(TestContext.Current.CancellationToken);
            return CheckResult.Good("late");
        }));
        _time.Fire();
        (await making).Code.ShouldBe("doctor.slow");
        never.Set();
    }

    [Fact]
    public async Task Make_ACheckThatThrows_TellsTheFault()
    {
        var result = await Make(Check.Here("torn", () => throw FaultException.Failed("a.code", "What.", "Do.")));
        result.ShouldBe(new CheckResult(CheckGrade.Failed, "What.", "a.code", "Do."));
        var bug = await Make(Check.Here("bug", () => throw new InvalidOperationException("x")));
        (bug.Grade, bug.Code).ShouldBe((CheckGrade.Failed, "unexpected"));
    }

    [Fact]
    public async Task Make_WithTheCallerGivingUp_EndsWithThat()
    {
        using var given = new CancellationTokenSource();
        var making = Make(new Check("dead", _ => new TaskCompletionSource<CheckResult>().Task), given.Token);
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(making);
    }

    private Task<CheckResult> Make(Check check, CancellationToken cancellationToken = default) => new Examination(
            _time, e => (e as FaultException)?.Fault ?? new Fault("unexpected", FaultKind.Failed, e.Message))
        .MakeAsync(check, cancellationToken);

    /// <summary>Timers go off when they are told to.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private readonly List<Action> _timers = [];

        public void Fire() => _timers.ForEach(timer => timer());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero) _timers.Add(() => callback(state));
            return new NoTimer();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                // Nothing runs.
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
