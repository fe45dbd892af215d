using System.Runtime.InteropServices;

namespace Coffer.EndToEnd;

public sealed class SignalTests : IDisposable
{
    private readonly Machine _machine = new();

    public SignalTests()
    {
        // Long enough that a signal sent on a busy machine still meets the backup.
        _machine.Shell("head -c 300000000 /dev/urandom > data/big");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGHUP)]
    public void Backup_AskedToEnd_IsCancelledAndTheNextOneGoesOn(PosixSignal signal)
    {
        var run = new RunningCoffer(_machine, "backup");
        run.WaitFor("reading and transferring");
        run.Signal(signal);
        var ended = run.End();
        ended.ExitCode.ShouldBe(130, ended.ToString());
        ended.Result.GetProperty("result").GetString().ShouldBe("cancelled");
        _machine.Json("job").Events.First().GetProperty("state").GetString().ShouldBe("Cancelled");

        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(1);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Backup_UnderNohup_OutlivesTheTerminal()
    {
        var run = _machine.Shell("nohup $coffer backup > out 2>&1 & sleep 0.5; kill -HUP $!; wait $!");
        run.ExitCode.ShouldBe(0, run + File.ReadAllText(_machine.At("out")));
    }

    [Fact]
    public void Backup_BesideAnother_IsRefusedAndNamesIt()
    {
        var run = new RunningCoffer(_machine, "backup");
        run.WaitFor("reading and transferring");
        run.Freeze();
        var second = _machine.Json("backup");
        var status = _machine.Json("status");
        run.Thaw();
        run.End().ExitCode.ShouldBe(0);
        second.ExitCode.ShouldBe(4, second.ToString());
        second.Code.ShouldBe("job.busy");
        status.Result.GetProperty("isRunning").GetBoolean().ShouldBeTrue();
    }
}
