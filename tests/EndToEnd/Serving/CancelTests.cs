namespace Coffer.EndToEnd.Serving;

/// <summary>A backup that is cancelled from another terminal while its last pack goes over a slow line.</summary>
public sealed class CancelTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly RunningVault _vault = new();

    public void Dispose()
    {
        _machine.Dispose();
        _vault.Dispose();
    }

    [Fact]
    public void Cancel_WhileTheLastPackIsSent_EndsTheBackupAndTheNextOneIsWhole()
    {
        _vault.MakeCredentials();
        Ends(0, "register", _vault.Credentials);
        var bytes = new byte[3_000_000];
        new Random(20).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(_machine.Data, "large"), bytes);
        Ends(0, "protect", _machine.Data, "--no-backup");
        Ends(0, "settings", "set", "throttle", "512Kbps"); // most of a minute for all of it

        var run = new RunningCoffer(_machine, "backup");
        run.WaitFor("\"phase\":\"verifying\"");
        var cancelled = Ends(0, "job", "cancel");
        cancelled.Result.GetProperty("state").GetString().ShouldBe("Cancelled");
        run.End().ExitCode.ShouldBe(130);
        Ends(0, "job").Events.First().GetProperty("state").GetString().ShouldBe("Cancelled");
        Ends(0, "point").Result.GetProperty("points").GetInt32().ShouldBe(0);
        Ends(4, "job", "cancel").Code.ShouldBe("job.none");

        Ends(0, "settings", "set", "throttle", "none");
        Ends(0, "backup");
        Ends(0, "verify", "--data");
    }

    private Run Ends(int code, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(code, run.ToString());
        return run;
    }
}
