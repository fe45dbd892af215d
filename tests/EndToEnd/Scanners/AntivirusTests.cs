using System.Diagnostics;
using System.Text.Json;

namespace Coffer.EndToEnd.Scanners;

public sealed class AntivirusTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Antivirus_BeforeAnythingIsProtected_NamesProgramsCacheAndAgent()
    {
        var run = _machine.Json("antivirus");
        run.ExitCode.ShouldBe(0, run.ToString());
        Paths(run, "folders")[1..].ShouldBe([_machine.At("home/cache")]);
        Directory.Exists(Paths(run, "folders")[0]).ShouldBeTrue();
        string agent = Paths(run, "processes").ShouldHaveSingleItem();
        File.Exists(agent).ShouldBeTrue();
        agent.ShouldStartWith(Paths(run, "folders")[0] + "/");
        Directory.Exists(_machine.Home).ShouldBeFalse();
    }

    [Fact]
    public void Antivirus_CacheMoved_NamesWhereItLiesAndTheVault()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        string cache = _machine.At("a (cache) & more");
        _machine.Json("settings", "set", "cache", cache).ExitCode.ShouldBe(0);
        var run = _machine.Json("antivirus");
        Paths(run, "folders")[1..].ShouldBe([cache, _machine.Vault]);
        string[] defender = Commands(run, "defender");
        defender.ShouldContain($"mdatp exclusion folder add --path '{cache}/'");
        defender.ShouldContain($"mdatp exclusion folder add --path {_machine.Vault}/");
        defender[^1].ShouldBe($"mdatp exclusion process add --path {Paths(run, "processes")[0]}");
        // What a shell makes of them.
        string[] clam = Commands(run, "clamav");
        string written = _machine.Shell(
            string.Join('\n', clam[..^1]).Replace("/etc/clamav/clamd.conf", "clamd.conf", StringComparison.Ordinal)
            + "\ncat clamd.conf").Output;
        written.ShouldContain($@"ExcludePath ^{_machine.Folder}/a.\(cache\).&.more/" + "\n");
        written.ShouldContain($"OnAccessExcludePath {_machine.Vault}\n");
        written.ShouldNotContain("OnAccessExcludePath " + cache); // no blanks there
        string text = _machine.Coffer("antivirus").Output;
        text.ShouldContain("its vendor decides on");
        foreach (string line in defender.Concat(clam)) text.ShouldContain(line);
    }

    [Theory]
    [InlineData("vault", false, true)]
    [InlineData("backup-server", true, true)]
    [InlineData("agent", true, false)]
    public void Antivirus_OfEachRole_NamesItsOwn(string role, bool isAgent, bool isVault)
    {
        string data = Directory.CreateDirectory(_machine.At("served")).FullName;
        string[] arguments = isVault ? ["--for", role, "--data", data] : ["--for", role];
        var run = _machine.Json(["antivirus", .. arguments]);
        run.ExitCode.ShouldBe(0, run.ToString());
        Paths(run, "folders").Contains(_machine.At("home/cache")).ShouldBe(isAgent);
        Paths(run, "folders").Contains(data).ShouldBe(isVault);
        string[] names = [.. Paths(run, "processes").Select(path => Path.GetFileName(path)!)];
        names.Contains("coffer").ShouldBe(isAgent);
        names.Contains("coffer-vault").ShouldBe(isVault);
        _machine.Json("antivirus", "--for", "router").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void Backup_FileThatAScannerRefuses_SaysSoAndGoesOn()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: fanotify");
        _machine.Write("good", "good");
        _machine.Write("bad", "bad");
        string script = Path.Combine(Machine.Root(), "tests/EndToEnd/Scanners/refuse.py");
        var start = _machine.StartOf("python3", [script, Path.Combine(_machine.Data, "bad")]);
        using var scanner = Process.Start(start)!;
        try
        {
            string? said = scanner.StandardOutput.ReadLine();
            if (said != "ready") Assert.Skip($"no permission events here: {said}");
            var run = _machine.Protect();
            run.ExitCode.ShouldBe(3, run.ToString());
            var warning = run.Events.Single(e => e.TryGetProperty("code", out var code)
                && code.GetString() == "file.refused");
            warning.GetProperty("message").GetString()!.ShouldContain("coffer antivirus");
        }
        finally
        {
            scanner.Kill();
            scanner.WaitForExit();
        }

        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    private static string[] Paths(Run run, string name) => [.. run.Result.GetProperty(name).EnumerateArray()
        .Select(static (JsonElement entry) => entry.GetProperty("path").GetString()!)];

    private static string[] Commands(Run run, string scanner) =>
    [
        .. run.Result.GetProperty("commands").GetProperty(scanner).EnumerateArray()
            .Select(static (JsonElement line) => line.GetString()!),
    ];
}
