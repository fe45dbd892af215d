namespace Coffer.EndToEnd.Telling;

/// <summary>What changes to the policy say, and what the status says after them.</summary>
public sealed class PolicyTellingTests : IDisposable
{
    private readonly Machine _machine = new();

    public PolicyTellingTests()
    {
        _machine.Write("a", "a");
        _machine.Write("b.tmp", "b");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Set_TheLastTierOff_SaysThatNothingExpires()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        string[] off = ["policy", "set", "--weekly", "off", "--monthly", "off", "--yearly", "off"];
        _machine.Coffer(off).Errors.ShouldNotContain("for ever");
        _machine.Coffer("policy", "set", "--daily", "off").Errors.ShouldContain("kept for ever");
    }

    [Fact]
    public void PolicyRemove_Exclusion_TakesItOff()
    {
        _machine.Protect("--exclude", "*.tmp").ExitCode.ShouldBe(0);
        _machine.Json("ls", _machine.Data).Result.GetProperty("entries").GetInt32().ShouldBe(1);
        var remove = _machine.Json("policy", "remove", "*.tmp");
        remove.ExitCode.ShouldBe(0, remove.ToString());
        remove.Result.GetProperty("kind").GetString().ShouldBe("exclusion");
        _machine.Json("policy", "remove", "*.tmp").Code.ShouldBe("policy.path");
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("ls", _machine.Data).Result.GetProperty("entries").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void PolicyRemove_LastPath_SaysThatNothingIsProtected()
    {
        _machine.Protect().ExitCode.ShouldBe(0);
        var remove = _machine.Shell("$coffer policy remove data");
        remove.ExitCode.ShouldBe(0, remove.ToString());
        remove.Output.ShouldStartWith(_machine.Data + " is no longer");
        remove.Errors.ShouldContain("Nothing is protected any more");
        _machine.Coffer("status").Output.ShouldContain("! Nothing is protected");
    }

    [Fact]
    public void Protect_SecondTime_DoesNotRepeatTheFirstSteps()
    {
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple");
        string[] protect = ["protect", _machine.Data, "--vault", _machine.Vault];
        var first = _machine.Coffer([.. protect, "--passphrase-file", _machine.Passphrase]);
        first.Output.ShouldContain("What next");
        first.Errors.ShouldNotContain("warning:");
        _machine.Coffer(protect).Output.ShouldNotContain("What next");
    }

    [Fact]
    public void Protect_RegisteredWithAnotherPassphrase_IsUsage()
    {
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        foreach (string other in (string[])["another passphrase, longer", "short"])
        {
            File.WriteAllText(_machine.Passphrase, other);
            var run = _machine.Json("protect", _machine.Data, "--passphrase-file", _machine.Passphrase);
            run.ExitCode.ShouldBe(2, run.ToString());
            run.Code.ShouldBe("passphrase.wrong");
        }
    }

    [Fact]
    public void Status_AfterAFullCheck_KnowsWhen()
    {
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Json("verify").ExitCode.ShouldBe(0);
        _machine.Json("status").Result.GetProperty("lastFullCheck").GetString().ShouldBeNull();
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
        var status = _machine.Json("status").Result;
        status.GetProperty("lastFullCheck").GetString().ShouldNotBeNullOrEmpty();
        status.GetProperty("lastVerifyState").GetString().ShouldBe("Completed");
    }

    [Fact]
    public void Status_AfterAFailedBackup_ShowsWhy()
    {
        _machine.Protect().ExitCode.ShouldBe(0);
        Directory.Move(_machine.Data, _machine.At("away"));
        _machine.Json("backup").ExitCode.ShouldBe(1);
        var status = _machine.Coffer("status");
        status.Output.ShouldContain("! The last backup failed.");
        status.Output.Split('\n').ShouldContain(line => line.StartsWith("           ! ", StringComparison.Ordinal));
        _machine.Coffer("job", "show").Output.ShouldContain("Backup of ");
    }
}
