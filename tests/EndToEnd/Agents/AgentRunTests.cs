using System.Globalization;
using System.Runtime.InteropServices;
using Coffer.EndToEnd.Serving;

namespace Coffer.EndToEnd.Agents;

/// <summary>The agent as a process, on a schedule of the next minute, with a served vault.</summary>
public sealed class AgentRunTests : IDisposable
{
    private readonly RunningVault _vault = new();
    private readonly Machine _machine = new();

    public void Dispose()
    {
        _machine.Dispose();
        _vault.Dispose();
    }

    [Fact]
    public void Agent_ScheduledAndMissedRuns_AreMadeOnceEachAndReported()
    {
        _vault.MakeCredentials();
        _machine.Write("a", "a");
        Ends(0, "register", _vault.Credentials);
        Ends(0, "protect", _machine.Data, "--no-backup");
        ScheduleForNextMinute();

        var agent = new RunningCoffer(_machine, "agent", "run");
        agent.WaitFor("A scheduled run begins");
        agent.WaitFor("The run ended: Completed");
        var second = _machine.Json("agent", "run");
        (second.ExitCode, second.Code).ShouldBe((4, "agent.busy"), second.ToString());
        _machine.Json("agent").Result.GetProperty("isRunning").GetBoolean().ShouldBeTrue();
        agent.Signal(PosixSignal.SIGTERM);
        agent.End().ExitCode.ShouldBe(0);

        var due = ScheduleForNextMinute();
        WaitUntil(due.AddSeconds(31));
        var later = new RunningCoffer(_machine, "agent", "run");
        later.WaitFor("was missed and begins now");
        later.WaitFor("The run ended: Completed");
        later.WaitFor("The next run is due");
        later.Signal(PosixSignal.SIGTERM);
        later.End().Result.GetProperty("runs").GetInt32().ShouldBe(1);

        var jobs = Ends(0, "job").Events.ToList();
        jobs.Select(job => job.GetProperty("state").GetString()).ShouldBe(["Completed", "Completed"]);
        Ends(0, "point").Result.GetProperty("points").GetInt32().ShouldBe(2);
    }

    private DateTimeOffset ScheduleForNextMinute()
    {
        // With time enough to start before it.
        var now = DateTimeOffset.UtcNow;
        var due = now.AddSeconds((now.Second < 40 ? 60 : 120) - now.Second);
        string time = due.ToString("HH:mm", CultureInfo.InvariantCulture);
        Ends(0, "policy", "set", "--at", time, "--time-zone", "UTC", "--random-delay", "0");
        return due;
    }

    // The clock on the wall is what this is about.
    private static void WaitUntil(DateTimeOffset time)
    {
        while (DateTimeOffset.UtcNow < time) Thread.Sleep(200);
    }

    private Run Ends(int code, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(code, run.ToString());
        return run;
    }
}
