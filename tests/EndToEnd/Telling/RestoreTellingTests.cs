namespace Coffer.EndToEnd.Telling;

/// <summary>What a restore says that it did: from where, to where, under which names.</summary>
public sealed class RestoreTellingTests : IDisposable
{
    private readonly Machine _machine = new();

    public RestoreTellingTests()
    {
        _machine.Write("report.odt", "first");
        _machine.Write("keep", "keep");
        _machine.Protect().ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Restore_OverAChangedFile_NamesPointTargetAndCopy()
    {
        _machine.Write("report.odt", "second");
        string point = _machine.Json("points").Events.Single().GetProperty("point").GetString()!;
        var text = _machine.Coffer("restore", _machine.At("data/report.odt"));
        text.ExitCode.ShouldBe(0, text.ToString());
        text.Output.ShouldContain("Restored 1 file, 5 B to the original place");
        text.Output.ShouldContain($"from point {point[..12]}");
        text.Output.ShouldContain("kept the report.odt that is there");
        text.Output.ShouldContain("Copy of report.odt");

        var json = _machine.Json("restore", _machine.At("data/report.odt"), "--to", _machine.At("out"));
        json.Result.GetProperty("target").GetString().ShouldBe(_machine.At("out"));
        json.Result.GetProperty("points")[0].GetString().ShouldBe(point);
        json.Result.GetProperty("isDryRun").GetBoolean().ShouldBeFalse();
        _machine.Write("report.odt", "third");
        var copy = _machine.Json("restore", _machine.Data, "--to", _machine.Folder).Events.Single(
            e => e.GetProperty("event").GetString() == "copy");
        copy.GetProperty("path").GetString().ShouldBe(_machine.At("data/report.odt"));
        File.ReadAllText(Path.Combine(_machine.Data, copy.GetProperty("name").GetString()!)).ShouldBe("first");
    }

    [Fact]
    public void Restore_DryRun_SaysWhatItWouldDoAndChangesNothing()
    {
        string[] restore = ["restore", _machine.Data, "--to", _machine.At("out"), "--dry-run"];
        var text = _machine.Coffer(restore);
        text.ExitCode.ShouldBe(0, text.ToString());
        text.Output.ShouldContain("Would restore 2 files");
        text.Output.ShouldContain(_machine.At("data/report.odt"));
        text.Output.ShouldContain("Nothing was changed.");
        var json = _machine.Json(restore);
        json.Result.GetProperty("isDryRun").GetBoolean().ShouldBeTrue();
        json.Events.Select(e => e.GetProperty("path").GetString()).ShouldContain(_machine.At("data/report.odt"));
        Directory.Exists(_machine.At("out")).ShouldBeFalse();
    }

    [Fact]
    public void Path_InAnOlderPointOnly_IsUsageAndNamesVersions()
    {
        string file = _machine.At("data/report.odt");
        File.Delete(file);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        foreach (string[] command in (string[][])[["ls", file], ["restore", file], ["ls", file, "--point", "latest"]])
        {
            var run = _machine.Json(command);
            run.ExitCode.ShouldBe(2, run.ToString());
            run.Code.ShouldBe("path.not-in-point");
            run.Result.GetProperty("guidance").GetString()!.ShouldContain("coffer versions");
        }

        _machine.Json("versions", file).ExitCode.ShouldBe(0);
        string[] points = [.. _machine.Json("points").Events.Select(e => e.GetProperty("point").GetString()!)];
        _machine.Json("diff", points[0], points[1], file).ExitCode.ShouldBe(0);
        foreach (string[] command in (string[][])
        [
            ["versions", "/no/such"], ["diff", points[0], points[1], _machine.At("data/none")],
            ["diff", points[0][..3], "latest"], ["ls", "--point", "abcdef0123"],
        ])
            _machine.Json(command).ExitCode.ShouldBe(2, string.Join(' ', command));
        _machine.Json("diff", points[0][..3], "latest").Result.GetProperty("message").GetString()!
            .ShouldContain("at least 4");
    }

    [Fact]
    public void Find_NothingFound_SaysHowToLookWider()
    {
        _machine.Coffer("find", "report").Output.ShouldContain("'*report*'");
        _machine.Coffer("find", "report*").Output.ShouldStartWith("RECEIVED");
        _machine.Coffer("versions", _machine.At("data/report.odt")).Output.ShouldStartWith("RECEIVED");
    }
}
