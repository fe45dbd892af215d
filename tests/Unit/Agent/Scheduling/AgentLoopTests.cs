using Coffer.Agent.Homes;
using Coffer.Agent.Scheduling;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Schedules;
using Coffer.Unit.Vault;

namespace Coffer.Unit.Agent.Scheduling;

public sealed class AgentLoopTests : IDisposable
{
    private readonly AgentHome _home =
        new(Path.Combine(Directory.CreateTempSubdirectory("coffer-loop-").FullName, "home"));

    private readonly SteppedTime _time = new(); // begins at noon on 1 May 2026, UTC
    private readonly CancellationTokenSource _end = new();
    private readonly List<(string At, RunReason Why)> _runs = [];
    private readonly List<string> _told = [];
    private Func<JobState> _state = () => JobState.Completed;

    public AgentLoopTests()
    {
        _home.Prepare();
        _home.WriteMachine(new MachineRegistration(
            MachineId.New(), "web1", KeyspaceId.New(), VaultId.New(), VaultPlace.Of("/v")));
        _home.WritePolicy(Policy("21:00"));
    }

    public void Dispose()
    {
        _end.Dispose();
        Directory.Delete(Path.GetDirectoryName(_home.Folder)!, recursive: true);
    }

    [Fact]
    public async Task Run_ThreeDays_BacksUpOnceADay()
    {
        await LiveAsync(TimeSpan.FromDays(3));
        _runs.ShouldBe([("05-01 21:00", RunReason.Scheduled), ("05-02 21:00", RunReason.Scheduled),
            ("05-03 21:00", RunReason.Scheduled)]);
    }

    [Fact]
    public async Task Run_OffOverARun_CatchesUpOnceAfterTheStart()
    {
        await LiveAsync(TimeSpan.FromHours(1));
        _time.Move(TimeSpan.FromDays(5));
        await LiveAsync(TimeSpan.FromHours(12));
        _runs.ShouldBe([("05-06 13:00", RunReason.Missed), ("05-06 21:00", RunReason.Scheduled)]);
    }

    [Fact]
    public async Task Run_PolicyEditedMeanwhile_FollowsTheNewTimes()
    {
        await LiveAsync(TimeSpan.FromHours(1));
        _home.WritePolicy(Policy("14:30"));
        await LiveAsync(TimeSpan.FromHours(3));
        _runs.ShouldBe([("05-01 14:30", RunReason.Scheduled)]);
    }

    [Fact]
    public async Task Run_Failed_IsTriedAgainThreeTimes()
    {
        _state = () => JobState.Failed;
        await LiveAsync(TimeSpan.FromHours(20));
        _runs.ShouldBe([("05-01 21:00", RunReason.Scheduled), ("05-01 22:00", RunReason.Retry),
            ("05-01 23:00", RunReason.Retry), ("05-02 00:00", RunReason.Retry)]);
    }

    [Fact]
    public async Task Run_CancelledByAPerson_WaitsForTheNextTime()
    {
        _state = () => JobState.Cancelled;
        await LiveAsync(TimeSpan.FromHours(20));
        _runs.ShouldBe([("05-01 21:00", RunReason.Scheduled)]);
    }

    [Fact]
    public async Task Run_CancelledByAPersonBeforeItIsAJob_WaitsForTheNextTime()
    {
        _state = () => throw new OperationCanceledException();
        await LiveAsync(TimeSpan.FromHours(40));
        _runs.Select(run => run.Why).ShouldBe([RunReason.Scheduled, RunReason.Scheduled]);
    }

    [Fact]
    public async Task Run_CutOffByTheEndOfTheProcess_BeginsAgainWithIt()
    {
        _state = () =>
        {
            _end.Cancel();
            return JobState.Cancelled;
        };
        await LiveAsync(TimeSpan.FromHours(20));
        _state = () => JobState.Completed;
        await LiveAsync(TimeSpan.FromHours(1), new CancellationTokenSource());
        _runs.Count.ShouldBe(2);
        _runs[1].At.ShouldStartWith("05-01 21:0");
    }

    [Theory]
    [InlineData("protection.stopped")]
    [InlineData("protection.deleted")]
    public async Task Run_AllIsStopped_IsNotedAndWaitsForTheNextTime(string code)
    {
        _state = () => throw FaultException.Refused(code, "Protection of / is stopped.", "Resume it.");
        await LiveAsync(TimeSpan.FromHours(30));
        _runs.ShouldBe([("05-01 21:00", RunReason.Scheduled)]);
        _told.ShouldContain("No run is made. Protection of / is stopped. Resume it.");
    }

    [Fact]
    public async Task Run_AnotherJobInProgress_WaitsForIt()
    {
        int tries = 0;
        _state = () => ++tries < 4
            ? throw FaultException.Refused("job.busy", "Another job is in progress: a restore.", "")
            : JobState.Completed;
        await LiveAsync(TimeSpan.FromHours(10));
        _runs.Select(run => run.At).ShouldBe(["05-01 21:00", "05-01 21:01", "05-01 21:02", "05-01 21:03"]);
    }

    [Theory]
    [InlineData("{\"handled\":")]
    [InlineData("{\"failures\":99999999999,\"handled\":\"2026-05-01T00:00:00.000Z\"}")]
    [InlineData("")]
    [InlineData("large")]
    public async Task Run_WhatItRememberedIsDamaged_SaysSoAndGoesOnAsAtFirst(string content)
    {
        await LiveAsync(TimeSpan.FromHours(10));
        _runs.Count.ShouldBe(1);
        if (content == "large") content = new string(' ', 5 << 20);
        await File.WriteAllTextAsync(Path.Combine(_home.Folder, "schedule.json"), content, default);
        _told.Clear();
        await LiveAsync(TimeSpan.FromHours(24), new CancellationTokenSource());
        _runs.Select(run => run.At).ShouldBe(["05-01 21:00", "05-02 21:00"]);
        _told.Count(told => told.Contains("[schedule.damaged]", StringComparison.Ordinal)).ShouldBe(1);
        _told[0].ShouldContain("`coffer backup` makes up for");
    }

    [Fact]
    public async Task Run_NothingProtected_WaitsAndSaysSoOnce()
    {
        _home.WritePolicy(ProtectionPolicy.Empty("UTC"));
        await LiveAsync(TimeSpan.FromDays(1));
        _runs.ShouldBeEmpty();
        _told.ShouldBe(["Nothing is protected yet."]);
    }

    private static ProtectionPolicy Policy(string time) => ProtectionPolicy.Empty("UTC") with
    {
        Items = [new PolicyItem("/home"u8.ToArray())],
        Schedule = BackupSchedule.DefaultIn("UTC") with
        {
            Times = [TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)],
            RandomDelayMinutes = 0,
        },
    };

    private async Task LiveAsync(TimeSpan span, CancellationTokenSource? end = null)
    {
        end ??= _end.IsCancellationRequested ? new CancellationTokenSource() : _end;
        var until = _time.GetUtcNow() + span;
        var watched = new SteppedTimeUntil(_time, until, end);
        await new AgentLoop(_home, watched, RunAsync, note => _told.Add(note.Text)).RunAsync(end.Token);
    }

    private Task<JobState> RunAsync(MachineRegistration machine, PlannedRun run, CancellationToken cancel)
    {
        _runs.Add(($"{_time.GetUtcNow():MM-dd HH:mm}", run.Why));
        return Task.FromResult(_state());
    }

    /// <summary>Moves on when somebody waits, and ends all when the time is up.</summary>
    private sealed class SteppedTimeUntil(SteppedTime time, DateTimeOffset until, CancellationTokenSource end)
        : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override long TimestampFrequency => time.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (time.GetUtcNow() + dueTime > until)
            {
                time.Move(until - time.GetUtcNow());
                end.Cancel();
            }
            return time.CreateTimer(callback, state, end.IsCancellationRequested ? TimeSpan.Zero : dueTime, period);
        }
    }
}
