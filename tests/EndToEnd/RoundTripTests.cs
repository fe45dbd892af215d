namespace Coffer.EndToEnd;

public sealed class RoundTripTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Restore_AfterProtect_GivesAnEqualTree()
    {
        MakeOddTree();
        var protect = _machine.Protect();
        protect.ExitCode.ShouldBe(0, protect.ToString());
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"));
        restore.ExitCode.ShouldBe(0, restore.ToString());
        Differences(_machine.Data, _machine.At("out/data")).ShouldBe("");
    }

    [Fact]
    public void Restore_WithThePassphraseAlone_WorksWithoutAHome()
    {
        MakeOddTree();
        _machine.Protect().ExitCode.ShouldBe(0);
        Directory.Delete(_machine.Home, recursive: true);
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"),
            "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase);
        restore.ExitCode.ShouldBe(0, restore.ToString());
        Differences(_machine.Data, _machine.At("out/data")).ShouldBe("");
        Directory.Exists(_machine.Home).ShouldBeFalse();
    }

    [Fact]
    public void Restore_CatalogAndEnvelopeRecordsLost_WorksWithThePassphraseAlone()
    {
        MakeOddTree();
        _machine.Protect().ExitCode.ShouldBe(0);
        Directory.Delete(_machine.Home, recursive: true);
        foreach (string catalog in Directory.GetFiles(_machine.Vault, "catalog.db*")) File.Delete(catalog);
        string records = Path.Combine(_machine.Vault, "store/records");
        foreach (string record in Directory.GetFiles(records, "*-envelope*", SearchOption.AllDirectories))
            File.Delete(record);
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"),
            "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase);
        restore.ExitCode.ShouldBe(0, restore.ToString());
        Differences(_machine.Data, _machine.At("out/data")).ShouldBe("");
    }

    [Fact]
    public void Restore_OneChangedFile_ComesBackAsACopyBesideIt()
    {
        _machine.Write("a.txt", "first");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Write("a.txt", "second");
        _machine.Json("restore", Path.Combine(_machine.Data, "a.txt")).ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(_machine.Data, "a.txt")).ShouldBe("second");
        string copy = Directory.GetFiles(
            _machine.Data).Single(path => path.EndsWith("Copy of a.txt", StringComparison.Ordinal));
        File.ReadAllText(copy).ShouldBe("first");
    }

    [Fact]
    public void Backup_OverTime_IsListedFoundComparedAndVerified()
    {
        _machine.Write("a.txt", "first");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Write("a.txt", "second and longer");
        _machine.Write("b.txt", "new");
        _machine.Json("backup").ExitCode.ShouldBe(0);

        var points = _machine.Json("points").Events.ToList();
        points.Count.ShouldBe(2);
        string[] ids = [.. points.Select(point => point.GetProperty("point").GetString()!)];
        _machine.Json("ls", _machine.Data, "--point", ids[0]).Result.GetProperty("entries").GetInt32().ShouldBe(1);
        _machine.Json("ls", _machine.Data).Result.GetProperty("entries").GetInt32().ShouldBe(2);
        _machine.Json("find", "a.*").Result.GetProperty("found").GetInt32().ShouldBe(2);
        _machine.Json(
            "versions", Path.Combine(_machine.Data, "a.txt")).Result.GetProperty("versions").GetInt32().ShouldBe(2);
        var diff = _machine.Json("diff", ids[0], "latest").Result;
        diff.GetProperty("added").GetInt32().ShouldBe(1);
        diff.GetProperty("removed").GetInt32().ShouldBe(0);
        var verify = _machine.Json("verify", "--data");
        verify.ExitCode.ShouldBe(0, verify.ToString());
        _machine.Json("point", "show", ids[0][..12]).Result.GetProperty("sequence").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Exclusions_OfThePolicy_LeaveOutAndAreToldWhenUnused()
    {
        _machine.Write("keep.txt", "k");
        _machine.Write("x/junk.tmp", "j");
        _machine.Write("node_modules/m.js", "m");
        var protect = _machine.Protect("--exclude", "*.tmp", "--exclude", "node_modules/", "--exclude", "*.nothing");
        protect.ExitCode.ShouldBe(0, protect.ToString());
        protect.Events.Where(e => e.GetProperty("event").GetString() == "note")
            .Select(e => e.GetProperty("code").GetString()).ShouldContain("pattern.unused");
        string[] paths = [
            .. _machine.Json("ls", "-R", _machine.Data).Events.Select(e => e.GetProperty("path").GetString()!)];
        paths.ShouldContain(Path.Combine(_machine.Data, "keep.txt"));
        paths.ShouldNotContain(Path.Combine(_machine.Data, "x/junk.tmp"));
        paths.ShouldNotContain(Path.Combine(_machine.Data, "node_modules"));
    }

    private void MakeOddTree()
    {
        string script = """
            set -e
            cd "$0"
            mkdir -p deep/er empty; echo one > deep/er/one; seq 1 300000 > big
            ln deep/er/one hard; ln -s deep/er/one soft; ln -s nowhere dangling; mkfifo fifo
            printf x > "$(printf 'bad\377name')"; printf y > 'with space and "quotes"'
            truncate -s 10M holes; printf z | dd of=holes bs=1 seek=5000000 conv=notrunc status=none
            chmod 4751 big; chmod 0700 empty; touch -d '1969-12-31 23:00:00.123456789 UTC' deep/er/one
            setfattr -n user.colour -v blue hard 2>/dev/null || true
            touch -d '2001-02-03 04:05:06.789 UTC' deep empty .
            """;
        var run = _machine.Start("/bin/sh", "-c", script, _machine.Data);
        run.ExitCode.ShouldBe(0, run.ToString());
    }

    /// <summary>What rsync would change to make one tree the other; empty where they are equal.</summary>
    private string Differences(string expected, string actual)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/rsync"), "rsync is not installed");
        var rsync = _machine.Start("rsync", "-nacHAX", "--delete", "-i", expected + "/", actual + "/");
        rsync.ExitCode.ShouldBe(0, rsync.ToString());
        string times = "cd \"$0\" && find . -printf '%P %T@ %m %s %b\\n' | LC_ALL=C sort";
        string one = _machine.Start("/bin/sh", "-c", times, expected).Output;
        return rsync.Output + (
            one == _machine.Start("/bin/sh", "-c", times, actual).Output ? "" : "times, modes or holes differ");
    }
}
