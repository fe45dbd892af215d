namespace Coffer.EndToEnd.Serving;

/// <summary>The throttle as it is set and told. How well it holds is measured (bench/throttle), not asserted.</summary>
public sealed class ThrottleTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Throttle_OfWorkHours_IsKeptAndToldAndChangedInParts()
    {
        Settings().ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        string[] office = ["--work-days", "mon-fri", "--from", "08:00", "--to", "18:00", "--time-zone", "UTC"];
        Set(["--work-hours", "10Mbps", .. office]).ExitCode.ShouldBe(0);
        Set("--other-hours", "100Mbps").ExitCode.ShouldBe(0);
        var throttle = Settings();
        (throttle.GetProperty("workHours").GetInt64(), throttle.GetProperty("otherHours").GetInt64())
            .ShouldBe((10_000_000, 100_000_000));
        (throttle.GetProperty("workDays").GetString(), throttle.GetProperty("to").GetString())
            .ShouldBe(("Mon-Fri", "18:00"));
        _machine.Coffer("settings").Output.ShouldContain(
            "Throttle   10 Mbps Mon-Fri 08:00 to 18:00 (UTC), else 100 Mbps");
        Set("none").ExitCode.ShouldBe(0);
        Settings().ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("throttle.rate", "10")]
    [InlineData("throttle.rate", "10MBps")]
    [InlineData("throttle.rate", "1Kbps")]
    [InlineData("throttle.rate")]
    [InlineData("throttle.hours", "--work-hours", "1Mbps", "--from", "morning")]
    [InlineData("throttle.hours", "--work-hours", "1Mbps", "--time-zone", "Nowhere")]
    public void Throttle_ThatIsNone_IsRefusedAndNothingChanged(string code, params string[] arguments)
    {
        Set("20Mbps").ExitCode.ShouldBe(0);
        var run = Set(arguments);
        (run.ExitCode, run.Code).ShouldBe((2, code));
        Settings().GetProperty("workHours").GetInt64().ShouldBe(20_000_000);
    }

    [Fact]
    public void Throttle_OfAMachineWithAFolderForAVault_IsToldToHoldNothingBackThere()
    {
        _machine.Write("a.txt", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        var run = Set("1Mbps");
        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("throttle.folder");
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Backup_UnderAThrottle_IsWhole()
    {
        using var vault = new RunningVault();
        _machine.Write("a.txt", new string('x', 100_000));
        vault.MakeCredentials();
        _machine.Json("register", vault.Credentials).ExitCode.ShouldBe(0);
        Set("2Mbps").ExitCode.ShouldBe(0);
        _machine.Json("protect", _machine.Data).ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(_machine.At("out"), "data", "a.txt")).Length.ShouldBe(100_000);
    }

    private Run Set(params string[] arguments) => _machine.Json(["settings", "set", "throttle", .. arguments]);

    private System.Text.Json.JsonElement Settings() => _machine.Json("settings").Result.GetProperty("throttle");
}
