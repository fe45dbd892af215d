using Coffer.Domain;
using Coffer.Domain.Schedules;

namespace Coffer.Unit.Domain.Schedules;

public sealed class RunPlannerTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_evening = s_noon.AddHours(9);

    private readonly RunPlanner _planner =
        new(BackupSchedule.DefaultIn("UTC") with { RandomDelayMinutes = 0 }, default);

    [Fact]
    public void Next_NothingMissed_IsTheNextOfTheSchedule() =>
        _planner.Next(new RunMemory(s_noon), s_noon).ShouldBe(
            new PlannedRun(Slot(s_evening), s_evening, RunReason.Scheduled));

    [Fact]
    public void Next_AfterTenDaysOff_CatchesUpOnceAndIsBackInStep()
    {
        var back = s_noon.AddDays(10);

        var run = _planner.Next(new RunMemory(s_noon), back).ShouldNotBeNull();

        run.Why.ShouldBe(RunReason.Missed);
        run.Start.ShouldBe(s_evening.AddDays(9));
        var next = _planner.Next(new RunMemory(s_noon).Begin(run).Succeed(), back).ShouldNotBeNull();
        next.ShouldBe(new PlannedRun(Slot(s_evening.AddDays(10)), s_evening.AddDays(10), RunReason.Scheduled));
    }

    [Fact]
    public void Next_Failed_IsTriedAgainThreeTimesAnHourApart()
    {
        var memory = new RunMemory(s_noon);
        var now = s_evening;
        memory = memory.Begin(_planner.Next(memory, now)!.Value).Fail(now);
        for (int retry = 1; retry <= 3; retry++)
        {
            var run = _planner.Next(memory, now.AddMinutes(1)).ShouldNotBeNull();
            (run.Why, run.Start).ShouldBe((RunReason.Retry, now.AddHours(1)));
            now = run.Start;
            memory = memory.Begin(run).Fail(now);
        }

        var next = _planner.Next(memory, now.AddMinutes(1)).ShouldNotBeNull();

        (next.Why, next.Start).ShouldBe((RunReason.Scheduled, s_evening.AddDays(1)));
    }

    [Fact]
    public void Next_ScheduledRunBeforeTheRetry_ComesInItsPlace()
    {
        var failed = new RunMemory(s_evening, Failures: 1, FailedAt: s_evening.AddDays(1).AddMinutes(-30));

        var run = _planner.Next(failed, s_evening.AddDays(1).AddMinutes(-20)).ShouldNotBeNull();

        (run.Why, run.Start).ShouldBe((RunReason.Scheduled, s_evening.AddDays(1)));
    }

    [Fact]
    public void Next_ClockWentBackOverARun_DoesNotRunItAgain()
    {
        var run = _planner.Next(new RunMemory(s_evening), s_evening.AddMinutes(-30)).ShouldNotBeNull();
        run.Start.ShouldBe(s_evening);
        _planner.Next(new RunMemory(s_evening), s_evening).ShouldNotBeNull().Start.ShouldBe(s_evening.AddDays(1));
    }

    [Fact]
    public void Next_ClockHadBeenYearsAhead_RunsAllTheSame() =>
        _planner.Next(new RunMemory(s_noon.AddYears(10)), s_noon).ShouldNotBeNull().Start.ShouldBe(s_evening);

    [Fact]
    public void Next_RandomDelay_IsTheMachinesOwnAndSpreads()
    {
        var schedule = BackupSchedule.DefaultIn("UTC");
        var machines = Enumerable.Range(0, 200).Select(i =>
        {
            var bytes = new byte[Id128.Size];
            bytes[7] = (byte)i;
            return new Id128(bytes);
        }).ToList();

        var starts = machines.ConvertAll(
            id => new RunPlanner(schedule, id).Next(new RunMemory(s_noon), s_noon)!.Value.Start);

        starts.ShouldAllBe(start => start >= s_evening && start <= s_evening.AddHours(1));
        starts.Count(start => start < s_evening.AddMinutes(30)).ShouldBeInRange(70, 130);
        // Asked again while it waits, the answer stays.
        new RunPlanner(schedule, machines[7]).Next(new RunMemory(s_noon), s_evening.AddSeconds(1))!.Value.Start
            .ShouldBe(starts[7]);
    }

    private static ScheduledRun Slot(DateTimeOffset at) =>
        new(DateOnly.FromDateTime(at.UtcDateTime), TimeOnly.FromDateTime(at.UtcDateTime), at);
}
