namespace Coffer.EndToEnd.Limits;

/// <summary>
/// A clock that jumps under real commands. The machine's own is not touched: a time namespace moves the clock since
/// boot, so the wall clock seems to have been set by as much the other way.
/// </summary>
public sealed class ClockTests : IDisposable
{
    private readonly Machine _machine = new();

    public ClockTests()
    {
        bool canMove = _machine.Shell("unshare --time --fork --boottime 7200 true").ExitCode == 0;
        Assert.SkipUnless(canMove, "cannot make a time namespace here");
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(864_000)] // set back
    [InlineData(-7_300)] // set forward, as far as a young machine can show
    public void Clock_ThatJumps_IsToldAndStopsDeletionUntilSomebodyConfirmsIt(int sinceBoot)
    {
        bool isOldEnough = sinceBoot > 0 || Environment.TickCount64 > -sinceBoot * 1000L;
        Assert.SkipUnless(isOldEnough, "this machine was started too short a time ago");
        var backup = Moved(sinceBoot, "backup");
        backup.ExitCode.ShouldBe(0, backup.ToString());
        ShouldBeInDoubt(true);
        var collect = Moved(sinceBoot, "vault collect");
        collect.ExitCode.ShouldBe(3, collect.ToString());
        collect.Output.ShouldContain("time is in doubt");
        Moved(sinceBoot, "backup").ExitCode.ShouldBe(0);
        ShouldBeInDoubt(true);

        var confirm = Moved(sinceBoot, "vault time confirm");
        confirm.ExitCode.ShouldBe(0, confirm.ToString());
        ShouldBeInDoubt(false);
        Moved(sinceBoot, "vault collect").ExitCode.ShouldBe(0);

        // Back again: one more jump, the other way.
        _machine.Json("backup").ExitCode.ShouldBe(0);
        ShouldBeInDoubt(true);
        _machine.Json("vault", "time", "confirm").ExitCode.ShouldBe(0);
        ShouldBeInDoubt(false);
        _machine.Json("vault", "collect").ExitCode.ShouldBe(0);
        _machine.Json("vault", "check").ExitCode.ShouldBe(0);
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(4);
    }

    private Run Moved(int sinceBoot, string command) => _machine.Shell(
        $"unshare --time --fork --boottime {sinceBoot} $coffer {command} --json");

    private void ShouldBeInDoubt(bool isInDoubt)
    {
        var status = _machine.Json("status");
        var codes = status.Events.Select(e => e.GetProperty("code").GetString());
        codes.Contains("vault.time").ShouldBe(isInDoubt, status.ToString());
        _machine.Json("vault", "time").Result.GetProperty("isInDoubt").GetBoolean().ShouldBe(isInDoubt);
    }
}
