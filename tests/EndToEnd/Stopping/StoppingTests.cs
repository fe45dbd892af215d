namespace Coffer.EndToEnd.Stopping;

/// <summary>Stopping protection in each of its ways, in a vault that is a folder here.</summary>
public sealed class StoppingTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Stop_KeepingTheData_AsksForNothingAndIsResumed()
    {
        string label = Protected();
        Ends(0, "protection", "stop", label, "--way", "retain-data");
        Ends(4, "backup").Code.ShouldBe("protection.stopped");
        Ends(0, "protection", "resume", label);
        Ends(0, "backup");
        Fails("protection.way", "protection", "stop", label, "--way", "delete");
        Fails("source.unknown", "protection", "stop", "/no/such", "--way", "retain-data");
    }

    [Fact]
    public void Stop_RetainingByPolicy_WantsTheSourceNamed()
    {
        string label = Protected();
        Fails("confirm.needed", "protection", "stop", label, "--way", "retain-by-policy");
        Fails("confirm.name", "protection", "stop", label, "--way", "retain-by-policy", "--confirm", "another");
        Ends(0, "protection", "stop", label, "--way", "retain-by-policy", "--confirm", label);
        Ends(0, "protection").Events.Single().GetProperty("protection").GetString()
            .ShouldBe("stopped-retained-by-policy");
    }

    [Fact]
    public void Stop_DeletingTheData_KeepsItRestorable_AndIsTakenBack()
    {
        string label = Protected();
        Fails("confirm.needed", "protection", "stop", label, "--way", "delete-data");
        var told = _machine.Coffer("protection", "stop", label, "--way", "delete-data", "--confirm", label);
        told.ExitCode.ShouldBe(0, told.ToString());
        told.Output.ShouldContain("1 point of " + label);
        told.Output.ShouldContain("destroyed");
        Ends(0, "point").Events.Single().GetProperty("state").GetString().ShouldBe("soft-deleted");
        Ends(0, "restore", _machine.Data, "--to", _machine.At("out"));
        Ends(0, "protection", "undelete", label).Result.GetProperty("points").GetInt32().ShouldBe(1);
        Fails("protection.not-deleted", "protection", "undelete", label);
        Ends(0, "protection", "resume", label);
        Ends(0, "backup");
        Ends(0, "point").Result.GetProperty("points").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void HeldPoint_KeepsItsSourceFromBeingDeleted()
    {
        string label = Protected();
        string point = Ends(0, "point").Events.Single().GetProperty("point").GetString()!;
        Ends(0, "point", "hold", point[..8]);
        var refused = _machine.Json("protection", "stop", label, "--way", "delete-data", "--confirm", label);
        (refused.ExitCode, refused.Code).ShouldBe((4, "protection.held"), refused.ToString());
        Ends(0, "point", "release", point);
        Ends(0, "protection", "stop", label, "--way", "delete-data", "--confirm", label);
    }

    [Fact]
    public void Unregister_OfAFolder_WantsTheMachineNamed_AndTheHomeBeginsAnew()
    {
        Protected();
        Fails("confirm.needed", "unregister");
        Ends(0, "unregister", "--confirm", Environment.MachineName);
        Ends(0, "status").Result.GetProperty("isRegistered").GetBoolean().ShouldBeFalse();
        Ends(0, "protect", _machine.Data, "--vault", _machine.Vault, "--new", "--passphrase-file", _machine.Passphrase);
    }

    private string Protected()
    {
        _machine.Write("a.txt", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        return Ends(0, "protection").Events.Single().GetProperty("label").GetString()!;
    }

    private Run Ends(int exitCode, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(exitCode, run.ToString());
        return run;
    }

    private void Fails(string code, params string[] arguments)
    {
        var run = Ends(2, arguments);
        run.Code.ShouldBe(code, run.ToString());
    }
}
