namespace Coffer.EndToEnd.Setup;

/// <summary>The wizard, answered at a terminal.</summary>
public sealed class SetupTests : IDisposable
{
    private const string Passphrase = "correct horse battery staple";

    private readonly Machine _machine = new();

    public SetupTests()
    {
        _machine.Write("a", "a");
        _machine.Write("b.tmp", "b");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Setup_Answered_DoesWhatItShowedAndNothingElse()
    {
        var run = Setup(
            ("Do this?", "y"),
            ("1 to 4", "3"), ("New passphrase: ", Passphrase), ("The same once more: ", Passphrase),
            ("Take the first backup", "y"));
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("/no/such/folder does not exist"); // and was asked again
        run.Output.ShouldContain(
            $"coffer protect {_machine.Data} --vault {_machine.Vault} '--exclude=*.tmp' --no-backup"
                + " --passphrase-file FILE");
        run.Output.ShouldContain("coffer policy set --at 06:00,18:00 --daily 14 --monthly off\n");
        run.Output.ShouldContain("All is set up.");
        run.Output.ShouldNotContain(Passphrase);

        var policy = _machine.Json("policy").Result.GetProperty("policy").ToString();
        policy.ShouldContain("\"06:00\"");
        policy.ShouldContain("\"*.tmp\"");
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(1);
        _machine.Json("ls", _machine.Data).Result.GetProperty("entries").GetInt32().ShouldBe(1);
        File.WriteAllText(_machine.Passphrase, Passphrase);
        _machine.Json("passphrase", "validate", "--passphrase-file", _machine.Passphrase).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Setup_WithAPassphraseInAFileElsewhere_WritesItThere()
    {
        string file = _machine.At("stick.txt");
        var run = Setup(
            ("Do this?", "y"), ("1 to 4", "2"), ("File to write", file), ("Take the first backup", "n"));
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain($"coffer passphrase generate > {file}");
        File.Exists(Path.Combine(_machine.Home, "passphrase.txt")).ShouldBeFalse();
        _machine.Json("passphrase", "validate", "--passphrase-file", file).ExitCode.ShouldBe(0);
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(0);

        // A second time it goes on from what is there.
        var again = AtTerminal.Run(_machine,
            [
                ("Back up", ""), ("Leave out", ""), ("Files larger", ""), ("Times of", ""), ("On which days", ""),
                ("for how many days", ""),
                ("how many weeks", ""), ("how many months", ""), ("how many years", ""), ("Back up by itself", "n"),
                ("Take the first backup", "y"), ("Do this?", "y"),
            ], "setup");
        again.ExitCode.ShouldBe(0, again.ToString());
        again.Output.ShouldContain("registered already");
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Setup_WithDaysWeeksAndASize_SetsThem()
    {
        _machine.Write("large", new string('x', 2000));
        var run = AtTerminal.Run(_machine,
            [
                ("Folder or file", _machine.Vault), ("1 to 4", "1"), ("Back up", _machine.Data), ("Leave out", ""),
                ("Files larger", "4"), ("Files larger", "1 KB"), ("Times of", ""), ("On which days", "Mon,Fri"),
                ("In every week", "5"), ("In every week", "2"), ("for how many days", ""), ("how many weeks", ""),
                ("how many months", ""), ("how many years", ""), ("Back up by itself", "n"),
                ("Take the first backup", "y"), ("Do this?", "y"),
            ], "setup");
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("4 has no unit.");
        run.Output.ShouldContain("A schedule of every 5 weeks is not kept.");
        run.Output.ShouldContain("Monday, Friday every 2 weeks");
        run.Output.ShouldContain("coffer policy set --days Mon,Fri --every-weeks 2 --daily off\n");
        var schedule = _machine.Json("policy").Result.GetProperty("policy").GetProperty("schedule");
        schedule.GetProperty("everyWeeks").GetInt32().ShouldBe(2);
        _machine.Json("ls", _machine.Data).Result.GetProperty("entries").GetInt32().ShouldBe(2); // not the large one

        // Back to every day: the weeks that were left out go with the days.
        var again = AtTerminal.Run(_machine,
            [
                ("Back up", ""), ("Leave out", ""), ("Files larger", ""), ("Times of", ""), ("On which days", "daily"),
                ("for how many days", "30"), ("how many weeks", ""), ("how many months", ""), ("how many years", ""),
                ("Back up by itself", "n"), ("Take the first backup", "n"), ("Do this?", "y"),
            ], "setup");
        again.ExitCode.ShouldBe(0, again.ToString());
        again.Output.ShouldContain("coffer policy set --days daily --every-weeks 1 --daily 30\n");
        again.Output.ShouldNotContain("In every week");
    }

    [Fact]
    public void Setup_WithAPassphraseThatWillNotDo_SaysWhyBeforeItAsksAgain()
    {
        var run = Setup(
            ("Do this?", ""), ("1 to 4", "3"), ("New passphrase: ", "short"), ("New passphrase: ", Passphrase),
            ("The same once more: ", Passphrase), ("Take the first backup", "n"));
        run.ExitCode.ShouldBe(130, run.ToString());
        int refused = run.Output.IndexOf("at least 16", StringComparison.Ordinal);
        refused.ShouldBeGreaterThan(0, run.ToString());
        refused.ShouldBeLessThan(
            run.Output.LastIndexOf("New passphrase: ", StringComparison.Ordinal), run.ToString());
    }

    [Fact]
    public void Setup_WithAFolderBelowOneThatIsNotThere_AsksBeforeItIsTaken()
    {
        string nowhere = _machine.At("not-mounted/vault");
        var run = Setup(
            ("Folder or file", nowhere), ("Is its disk mounted?", "n"), ("Do this?", ""), ("1 to 4", "1"),
            ("Take the first backup", "n"));
        run.ExitCode.ShouldBe(130, run.ToString());
        run.Output.ShouldContain($"{_machine.At("not-mounted")} does not exist.");
        run.Output.ShouldContain($"The vault will be made in {_machine.Vault}\n");
        ShouldBeUntouched();
    }

    [Fact]
    public void Setup_NotConfirmed_ChangesNothing()
    {
        var run = Setup(("Do this?", ""), ("1 to 4", "1"), ("Take the first backup", "y"));
        run.ExitCode.ShouldBe(130, run.ToString());
        run.Output.ShouldContain("Nothing was set up or changed.");
        ShouldBeUntouched();
    }

    [Theory]
    [InlineData("Folder or file")]
    [InlineData("New passphrase: ")]
    [InlineData("Do this?")]
    public void Setup_InterruptedAtAQuestion_SaysThatNothingWasDone(string question)
    {
        var run = Setup((question, AtTerminal.Interrupt), ("1 to 4", "3"), ("New passphrase: ", Passphrase),
            ("The same once more: ", Passphrase), ("Take the first backup", "y"));
        run.ExitCode.ShouldBe(130, run.ToString());
        run.Output.ShouldContain("nothing was set up or changed");
        ShouldBeUntouched();
    }

    [Fact]
    public void Setup_WhoseStepFails_TellsWhatIsDoneAndWhatIsNot()
    {
        // The service is gone by the time it is asked.
        using var vault = new Serving.RunningVault();
        vault.MakeCredentials();
        vault.Kill();
        var run = AtTerminal.Run(_machine,
            [
                ("Folder or file", vault.Credentials), ("1 to 4", "1"), ("Back up", _machine.Data), ("Leave out", ""),
                ("Files larger", ""),
                ("Times of", ""), ("On which days", ""), ("for how many days", ""), ("how many weeks", ""),
                ("how many months", ""), ("how many years", ""), ("Back up by itself", "n"),
                ("Take the first backup", "y"), ("Do this?", "y"),
            ], "setup");
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Output.ShouldContain("It stopped at the first step.");
        run.Output.ShouldContain("Still to be done, by hand or by `coffer setup`, which goes on from what is there\n"
            + $"  coffer register {vault.Credentials}\n"
            + $"  coffer protect {_machine.Data} --no-backup\n  coffer backup\n");
    }

    [Fact]
    public void Setup_WithoutATerminal_NamesTheCommandsForScripts()
    {
        var run = _machine.Json("setup");
        (run.ExitCode, run.Code).ShouldBe((2, "setup.terminal"), run.ToString());
        run.Result.GetProperty("guidance").GetString()!.ShouldContain("coffer policy apply");
    }

    [Fact]
    public void Protect_AtATerminalAsRoot_OffersTheService()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the service is offered to root");
        Assert.SkipWhen(File.Exists("/etc/systemd/system/coffer.service"), "there is a service here");
        File.WriteAllText(_machine.Passphrase, Passphrase);
        var run = AtTerminal.Run(_machine, [("Have it backed up by itself", "n")],
            "protect", _machine.Data, "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase);
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("Nothing is backed up by itself then");
    }

    private Run Setup(params (string, string)[] answers) => AtTerminal.Run(_machine,
        [
            .. answers, ("Folder or file", _machine.Vault), ("Back up", "/no/such/folder"), ("Back up", _machine.Data),
            ("Leave out", "*.tmp"), ("Files larger", ""), ("Times of", "06:00, 18:00"),
            ("On which days", ""), ("for how many days", "14"),
            ("how many weeks", ""), ("how many months", "off"), ("how many years", ""), ("Back up by itself", "n"),
        ], "setup");

    private void ShouldBeUntouched()
    {
        Directory.Exists(_machine.Home).ShouldBeFalse();
        Directory.Exists(_machine.Vault).ShouldBeFalse();
    }
}
