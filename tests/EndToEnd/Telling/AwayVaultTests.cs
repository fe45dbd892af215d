namespace Coffer.EndToEnd.Telling;

/// <summary>Runs whose vault was not there: it hears of them when it is back.</summary>
public sealed class AwayVaultTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Job_VaultWasAway_IsToldOnceItIsBack()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Directory.Move(_machine.Vault, _machine.At("unplugged"));
        var failed = _machine.Json("backup");
        failed.ExitCode.ShouldBe(1, failed.ToString());
        Directory.Move(_machine.At("unplugged"), _machine.Vault);
        _machine.Json("backup").ExitCode.ShouldBe(0);

        var jobs = _machine.Json("job").Events.ToList();
        jobs.Select(job => job.GetProperty("state").GetString())
            .ShouldBe(["Completed", "Failed", "Completed"], ignoreOrder: true);
        string id = jobs.Single(job => job.GetProperty("state").GetString() == "Failed").GetProperty("id").GetString()!;
        _machine.Coffer("job", "show", id).Output.ShouldContain(failed.Code);
    }
}
