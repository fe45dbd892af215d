using Coffer.EndToEnd.Serving;

namespace Coffer.EndToEnd.Stopping;

/// <summary>
/// Backups of a machine with two volumes, of which one is stopped; into a folder here, and into a served vault.
/// </summary>
public sealed class LeftOutTests : IDisposable
{
    private readonly Machine _machine = new();
    private RunningVault? _vault;
    private SmallDisk? _disk;

    public void Dispose()
    {
        _disk?.Dispose();
        _machine.Dispose();
        _vault?.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stopped_IsLeftOutOfBackups_UntilItIsResumed(bool isServed)
    {
        string disk = ProtectedWithADisk(isServed);
        string other = Ends(0, "protection").Events.Select(source => source.GetProperty("label").GetString()!)
            .Single(label => label != disk);
        Ends(0, "protection", "stop", disk, "--way", "retain-data");

        var run = Ends(0, "backup");
        run.Result.GetProperty("sources").EnumerateArray().Single().GetProperty("label").GetString().ShouldBe(other);
        var left = run.Result.GetProperty("leftOut").EnumerateArray().Single();
        (left.GetProperty("label").GetString(), left.GetProperty("code").GetString())
            .ShouldBe((disk, "protection.stopped"));
        string told = _machine.Coffer("backup").Errors;
        told.ShouldContain($"{disk} is left out: its protection is stopped;"
            + $" `coffer protection resume {disk}` takes it up again.");
        Ends(0, "job").Events.First().GetProperty("state").GetString().ShouldBe("Completed");

        Ends(0, "status").Result.GetProperty("stopped").EnumerateArray().Single().GetProperty("protection").GetString()
            .ShouldBe("stopped-with-data-retained");
        string status = _machine.Coffer("status").Output;
        status.ShouldContain($"Protected  {_machine.Data}\n");
        status.ShouldContain($"Stopped    {disk}: data retained");
        Ends(0, "policy", "preview", "--files").Events
            .Single(line => line.TryGetProperty("problem", out var problem)
                && problem.GetString() == "protection.stopped")
            .GetProperty("source").GetString().ShouldBe(disk);
        Ends(0, "policy", "preview", "--path", Path.Combine(disk, "b")).Result.GetProperty("isBackedUp").GetBoolean()
            .ShouldBeFalse();

        var named = Ends(4, "backup", "--source", disk);
        named.Code.ShouldBe("protection.stopped");
        named.Result.GetProperty("guidance").GetString()!.ShouldContain($"coffer protection resume {disk}");
        int jobs = Ends(0, "job").Result.GetProperty("jobs").GetInt32();
        Ends(0, "protection", "stop", other, "--way", "retain-data");
        Ends(4, "backup").Code.ShouldBe("protection.stopped");
        Ends(0, "job").Result.GetProperty("jobs").GetInt32().ShouldBe(jobs, "what nobody wants has not failed");

        Ends(0, "protection", "resume", disk).Result.GetProperty("wasStopped").GetBoolean().ShouldBeTrue();
        Ends(0, "protection", "resume", disk).Result.GetProperty("wasStopped").GetBoolean().ShouldBeFalse();
        Ends(0, "backup").Result.GetProperty("sources").EnumerateArray().Single().GetProperty("label").GetString()
            .ShouldBe(disk);
    }

    private string ProtectedWithADisk(bool isServed)
    {
        _machine.Write("a", "a");
        string disk = Path.Combine(_machine.Data, "disk");
        _disk = SmallDisk.Mount(_machine, disk, "1m");
        _machine.Write("disk/b", "b");
        if (isServed)
        {
            _vault = new RunningVault();
            _vault.MakeCredentials();
            Ends(0, "register", _vault.Credentials);
            Ends(0, "protect", _machine.Data);
        }
        else
        {
            _machine.Protect().ExitCode.ShouldBe(0);
        }
        return disk;
    }

    private Run Ends(int exitCode, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(exitCode, run.ToString());
        return run;
    }
}
