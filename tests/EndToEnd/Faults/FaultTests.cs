namespace Coffer.EndToEnd.Faults;

/// <summary>What goes wrong: a clear code, the right exit, nothing lost.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Protect_MissingPath_IsUsageAndMakesNothing()
    {
        Expect(_machine.Json("protect", _machine.At("nothing")), 2, "path.missing");
        Directory.Exists(_machine.Home).ShouldBeFalse();
    }

    [Fact]
    public void Protect_Proc_IsRefused() => Expect(_machine.Json("protect", "/proc"), 4, "path.pseudo");

    [Fact]
    public void Protect_Device_IsUsage()
    {
        _machine.Start("mkfifo", _machine.At("fifo"));
        Expect(_machine.Json("protect", _machine.At("fifo")), 2, "path.kind");
    }

    [Fact]
    public void Protect_InsideTheVault_IsRefused()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Expect(_machine.Json("protect", _machine.Vault), 4, "path.own");
        Expect(_machine.Json("protect", Path.Combine(_machine.Home, "cache")), 4, "path.own");
    }

    [Fact]
    public void Protect_FolderAboveTheVault_NeverHoldsTheVault()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Json("protect", _machine.Folder).ExitCode.ShouldBe(0);
        string[] paths = [
            .. _machine.Json("ls", "-R", _machine.Folder).Events.Select(e => e.GetProperty("path").GetString()!)];
        paths.ShouldContain(Path.Combine(_machine.Data, "a"));
        paths.Where(path => path.StartsWith(_machine.Vault, StringComparison.Ordinal)).ShouldBeEmpty();
        paths.Where(path => path.StartsWith(_machine.Home, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Protect_TwiceAndNested_IsSaidAndKeptOnce()
    {
        _machine.Write("sub/a", "a");
        var run = _machine.Protect(_machine.Data, Path.Combine(_machine.Data, "sub"));
        run.ExitCode.ShouldBe(0, run.ToString());
        var codes = run.Events.Select(e => e.TryGetProperty("code", out var code) ? code.GetString() : null).ToList();
        codes.ShouldContain("path.twice");
        codes.ShouldContain("path.nested");
        run.Result.GetProperty("paths").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public void Protect_SingleFile_IsBackedUpAlone()
    {
        _machine.Write("a", "a");
        _machine.Write("b", "b");
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple");
        var run = _machine.Json("protect", Path.Combine(_machine.Data, "a"), "--passphrase-file", _machine.Passphrase);
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Result.GetProperty("files").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Protect_ShortPassphrase_IsUsageAndMakesNoVault()
    {
        File.WriteAllText(_machine.Passphrase, "too short");
        Expect(
            _machine.Json(
                "protect", _machine.Data, "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase),
            2, "passphrase.short");
        Directory.Exists(_machine.Vault).ShouldBeFalse();
    }

    [Fact]
    public void Protect_FolderThatHoldsSomethingElse_IsRefused()
    {
        _machine.Write("a", "a");
        Directory.CreateDirectory(_machine.Vault);
        File.WriteAllText(Path.Combine(_machine.Vault, "diary.txt"), "mine");
        _machine.Protect().ExitCode.ShouldBe(4);
        File.ReadAllText(Path.Combine(_machine.Vault, "diary.txt")).ShouldBe("mine");
    }

    [Fact]
    public void Protect_FolderThatHoldsAVault_AsksAdoptOrNew()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        string[] other = ["--home", _machine.At("other")];
        Expect(_machine.Protect(other), 2, "vault.undecided");

        var adopted = _machine.Protect([.. other, "--adopt", NameOfServer()]);
        adopted.ExitCode.ShouldBe(0, adopted.ToString());
        _machine.Json(["points", .. other]).Result.GetProperty("points").GetInt32().ShouldBe(2);

        var third = _machine.Protect("--home", _machine.At("third"), "--new");
        third.ExitCode.ShouldBe(0, third.ToString());
        _machine.Json("points", "--home", _machine.At("third")).Result.GetProperty("points").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Adopt_WrongPassphrase_IsUsage()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        File.WriteAllText(_machine.At("wrong"), "this is not the passphrase");
        Expect(
            _machine.Json(
                "protect", "--vault", _machine.Vault, "--home", _machine.At("other"), "--adopt", NameOfServer(),
                "--passphrase-file", _machine.At("wrong")),
            2, "passphrase.wrong");
    }

    [Fact]
    public void Protect_VaultThatWasMoved_IsRememberedAtItsNewPlace()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Directory.Move(_machine.Vault, _machine.At("moved"));
        Expect(_machine.Json("backup"), 1, "vault.missing");
        _machine.Json("protect", "--vault", _machine.At("moved"), "--no-backup").ExitCode.ShouldBe(0);
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Restore_WrongPassphrase_IsUsageAndWritesNothing()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        File.WriteAllText(_machine.At("wrong"), "this is not the passphrase");
        Expect(
            _machine.Json(
                "restore", _machine.Data, "--vault", _machine.Vault, "--passphrase-file", _machine.At("wrong"),
                "--to", _machine.At("out")),
            2, "passphrase.wrong");
        Directory.Exists(_machine.At("out")).ShouldBeFalse();
    }

    [Fact]
    public void Restore_WithoutPassphraseOrTerminal_SaysWhatIsNeeded()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Expect(
            _machine.Json(
                "ls", "/", "--vault", _machine.Vault, "--home", _machine.At("other")), 2, "passphrase.needed");
    }

    [Fact]
    public void Backup_SelectedPathGone_FailsAndKeepsTheOldPoint()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Directory.Move(_machine.Data, _machine.At("away"));
        var run = _machine.Json("backup");
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Result.GetProperty(
            "sources")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("source.path.gone");
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Policy_Remove_StopsThePathAndRefusesUnknownOnes()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Expect(_machine.Json("policy", "remove", "/not/there"), 2, "policy.path");
        _machine.Json("policy", "remove", _machine.Data).ExitCode.ShouldBe(0);
        Expect(_machine.Json("backup"), 2, "policy.empty");
        _machine.Json("ls", _machine.Data).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Protect_HomeThatCannotBeWritten_SaysSo() =>
        Expect(_machine.Protect("--home", "/proc/coffer"), 1, "home.unwritable");

    [Fact]
    public void Backup_VolumeNotMounted_FailsAndMakesNoEmptyPoint()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        if (_machine.Start("mount", "-t", "tmpfs", "tmpfs", _machine.Data).ExitCode != 0)
            Assert.Skip("cannot mount here");
        try
        {
            _machine.Write("a", "a");
            _machine.Protect().ExitCode.ShouldBe(0);
        }
        finally
        {
            _machine.Start("umount", _machine.Data);
        }

        var run = _machine.Json("backup");
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Result.GetProperty(
            "sources")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("source.absent");
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Protect_FolderWithAMountBelow_IsTwoDataSourcesJoinedAgain()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        string inner = Path.Combine(_machine.Data, "inner");
        Directory.CreateDirectory(inner);
        if (_machine.Start("mount", "-t", "tmpfs", "tmpfs", inner).ExitCode != 0) Assert.Skip("cannot mount here");
        try
        {
            _machine.Write("outer.txt", "o");
            _machine.Write("inner/inner.txt", "i");
            var protect = _machine.Protect();
            protect.ExitCode.ShouldBe(0, protect.ToString());
            protect.Result.GetProperty("sources").GetArrayLength().ShouldBe(2);
        }
        finally
        {
            _machine.Start("umount", inner);
        }

        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        File.ReadAllText(_machine.At("out/data/outer.txt")).ShouldBe("o");
        File.ReadAllText(_machine.At("out/data/inner/inner.txt")).ShouldBe("i");
    }

    [Fact]
    public void Ls_VaultThatIsDamaged_IsReadAndBackupSaysWhatIsWrong()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        File.WriteAllText(
            Path.Combine(_machine.Vault, "catalog.db"), "this is no database, and long enough to be looked at");
        Expect(_machine.Json("backup"), 1, "vault.damaged");
        var ls = _machine.Json("ls", _machine.Data);
        ls.ExitCode.ShouldBe(0, ls.ToString());
    }

    [Fact]
    public void Backup_NoSpaceInTheVault_FailsAndGoesOnWhenThereIs()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        Directory.CreateDirectory(_machine.Vault);
        string[] mount = ["-t", "tmpfs", "-o", "size=80m", "tmpfs", _machine.Vault];
        if (_machine.Start("mount", mount).ExitCode != 0) Assert.Skip("cannot mount here");
        try
        {
            _machine.Start("/bin/sh", "-c", "head -c 60000000 /dev/urandom > \"$0/big\"", _machine.Data);
            var run = _machine.Protect();
            run.ExitCode.ShouldBe(1, run.ToString());
            run.Result.GetProperty(
                "sources")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("vault.full");
            _machine.Start("mount", "-o", "remount,size=400m", _machine.Vault);
            _machine.Json("backup").ExitCode.ShouldBe(0);
        }
        finally
        {
            _machine.Start("umount", _machine.Vault);
        }
    }

    [Fact]
    public void Error_InText_HasNoStackTrace()
    {
        var run = _machine.Coffer("protect", _machine.At("nothing"));
        run.Errors.ShouldContain("error:");
        run.Errors.ShouldNotContain("   at ");
    }

    private string NameOfServer() => _machine.Json("status").Result.GetProperty("machine").GetString()!;

    private static void Expect(Run run, int exitCode, string code)
    {
        run.ExitCode.ShouldBe(exitCode, run.ToString());
        run.Code.ShouldBe(code);
        run.Result.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }
}
