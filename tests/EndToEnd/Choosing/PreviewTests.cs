namespace Coffer.EndToEnd.Choosing;

/// <summary>What a policy would back up, told before; and the edits that change it.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly Machine _machine = new();

    public PreviewTests()
    {
        _machine.Write("a", "a");
        _machine.Write("b.tmp", "bb");
        _machine.Write("modules/c", "ccc");
        _machine.Write("deep/down/d", "dddd");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Preview_OfFiles_CountsWhatTheBackupThenTakes()
    {
        _machine.Protect("--no-backup", "--exclude", "*.tmp", "--exclude", "modules/", "--exclude", "*.none")
            .ExitCode.ShouldBe(0);
        var preview = Ends(0, "policy", "preview");
        var backup = Ends(0, "backup");
        foreach (string figure in (string[])["files", "folders", "others", "bytes"])
            preview.Result.GetProperty(figure).GetInt64().ShouldBe(
                backup.Result.GetProperty(figure).GetInt64(), figure);
        preview.Result.GetProperty("points").GetInt32().ShouldBe(0);
        Rules(preview).ShouldBe(["*.tmp 1 2 0", "modules/ 0 0 1"]);
        preview.Events.ShouldContain(e => e.GetProperty("event").GetString() == "note"
            && e.GetProperty("code").GetString() == "pattern.unused");
        Rules(Ends(0, "policy", "preview", "--measure-excluded")).ShouldBe(["*.tmp 1 2 0", "modules/ 1 3 0"]);

        var told = _machine.Coffer("policy", "preview", "--files");
        told.ExitCode.ShouldBe(0, told.ToString());
        told.Output.ShouldContain("the exclusion *.tmp");
        told.Output.ShouldContain("LARGEST FOLDERS");
        told.Output.ShouldNotContain("KEPT UNTIL");
        _machine.Coffer("policy", "preview", "--points").Output.ShouldNotContain("LARGEST FOLDERS");
    }

    [Fact]
    public void Preview_OfAFileOnAMachineThatIsNotRegistered_NeedsNoVault()
    {
        File.WriteAllText(_machine.At("policy.yaml"), $"paths: [\"{_machine.Data}\"]\nexclude: [\"*.tmp\"]\n");
        var run = Ends(0, "policy", "preview", _machine.At("policy.yaml"));
        run.Result.GetProperty("files").GetInt64().ShouldBe(3);
        Ends(2, "policy", "preview", _machine.At("policy.yaml"), "--points").Code.ShouldBe("machine.unregistered");
        Directory.Exists(_machine.Home).ShouldBeFalse();
    }

    [Fact]
    public void Preview_OfAPath_TellsWhichRuleDecides()
    {
        _machine.Protect("--no-backup", "--exclude", "*.tmp").ExitCode.ShouldBe(0);
        var left = Ends(0, "policy", "preview", "--path", Path.Combine(_machine.Data, "b.tmp")).Result;
        (left.GetProperty("isBackedUp").GetBoolean(), left.GetProperty("pattern").GetString())
            .ShouldBe((false, "*.tmp"));
        Ends(0, "policy", "preview", "--path", _machine.Data).Result.GetProperty("isBackedUp").GetBoolean()
            .ShouldBeTrue();
        _machine.Coffer("policy", "preview", "--path", "/etc/passwd").Output
            .ShouldBe("/etc/passwd is not backed up: it lies in none of the policy's paths.\n");
        Ends(2, "policy", "preview", "--path", "/etc", "--files").Code.ShouldStartWith("usage");
    }

    [Fact]
    public void PolicyAddAndExclude_ChangeWhatTheNextBackupTakes()
    {
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        string more = Directory.CreateDirectory(_machine.At("more")).FullName;
        File.WriteAllText(Path.Combine(more, "e"), "e");
        Ends(0, "policy", "add", more).Result.GetProperty("version").GetInt64().ShouldBe(2);
        Ends(0, "policy", "exclude", "*.tmp", "modules/").Result.GetProperty("version").GetInt64().ShouldBe(3);
        Ends(0, "policy", "exclude", "*.tmp").Result.GetProperty("version").GetInt64().ShouldBe(3);
        Ends(0, "backup").Result.GetProperty("files").GetInt64().ShouldBe(3);
        Ends(2, "policy", "exclude", "a//b").Code.ShouldBe("pattern.invalid");
        Ends(2, "policy", "add", "/no/such").Code.ShouldBe("path.missing");
        Ends(0, "policy", "remove", "modules/");
        Ends(0, "backup").Result.GetProperty("files").GetInt64().ShouldBe(4);
    }

    private static IEnumerable<string> Rules(Run preview) => preview.Events
        .Where(e => e.GetProperty("event").GetString() == "left-out" && e.TryGetProperty("pattern", out _))
        .Select(e => $"{e.GetProperty("pattern").GetString()} {e.GetProperty("files")} {e.GetProperty("bytes")} "
            + $"{e.GetProperty("foldersNotLookedInto")}");

    private Run Ends(int code, params string[] arguments)
    {
        var run = _machine.Json(arguments);
        run.ExitCode.ShouldBe(code, run.ToString());
        return run;
    }
}
