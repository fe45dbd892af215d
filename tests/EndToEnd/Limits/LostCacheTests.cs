namespace Coffer.EndToEnd.Limits;

/// <summary>The cache folder is taken away while a backup runs: somebody tidied up.</summary>
public sealed class LostCacheTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(false, "home/cache")]
    [InlineData(true, "home/cache")]
    [InlineData(true, "home/cache/*")]
    public void Backup_CacheDeletedWhileItRuns_EndsWellOrSaysWhyAndTheNextIsWhole(bool hadAPoint, string what)
    {
        _machine.Shell("for i in $(seq 6000); do echo $i > data/f$i; done; head -c 60000000 /dev/urandom > data/big");
        _machine.Protect(hadAPoint ? [] : ["--no-backup"]).ExitCode.ShouldBe(0);
        _machine.Shell("for i in $(seq 3000); do echo new > data/f$i; done; head -c 50000000 /dev/urandom > data/more");
        var running = new RunningCoffer(_machine, "backup");
        running.WaitFor("reading and transferring");
        running.Freeze();
        _machine.Shell($"rm -rf {what}");
        running.Thaw();
        var run = running.End();
        run.ExitCode.ShouldBeOneOf([0, 1, 3], run.ToString());
        run.Output.ShouldNotContain("\"unexpected\"");
        run.Output.ShouldNotContain("system.error");
        if (run.ExitCode == 1) run.Output.ShouldContain("cache.", customMessage: run.ToString());

        var next = _machine.Json("backup");
        next.ExitCode.ShouldBe(0, next.ToString());
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        _machine.Shell("diff -r data out/data").ExitCode.ShouldBe(0);
    }
}
