using System.Globalization;

namespace Coffer.EndToEnd.Limits;

/// <summary>Few files may be open: too few are refused at once; running out halfway loses nothing in silence.</summary>
public sealed class OpenFileTests : IDisposable
{
    private const string Code = "system.open-files";

    private static readonly string[] s_commands =
    [
        "backup", "verify --data", "restore data --to out", "vault check", "vault scrub", "vault collect",
        "vault recover", "status",
    ];

    private readonly Machine _machine = new();

    public OpenFileTests()
    {
        // Deeper than the folders that a walk keeps open, and wide.
        _machine.Shell("cd data; for i in $(seq 100); do mkdir d && cd d && echo $i > f; done");
        _machine.Shell(
            "for i in $(seq 40); do mkdir data/w$i; for j in $(seq 20); do echo $i $j > data/w$i/$j; done; done");
        _machine.Shell("head -c 40000000 /dev/urandom > data/big");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Commands_WithAsFewAsAreNeeded_DoTheirWork()
    {
        foreach (string command in s_commands)
        {
            var run = Limited(256, command);
            run.ExitCode.ShouldBe(0, $"{command}: {run}");
        }
        _machine.Shell("diff -r data out/data").ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    public void Commands_WithFewer_SayWhichLimitAndChangeNothing(int limit)
    {
        _machine.Json("backup").ExitCode.ShouldBe(0);
        foreach (string command in s_commands)
        {
            var run = Limited(limit, command);
            run.ExitCode.ShouldBe(1, $"{command}: {run}");
            run.Code.ShouldBe(Code);
            run.Result.GetProperty("message").GetString()!.ShouldContain(limit.ToString(CultureInfo.InvariantCulture));
            run.Result.GetProperty("guidance").GetString()!.ShouldContain("ulimit -n");
        }
        _machine.Shell("ulimit -n 64; $coffer status").Errors.ShouldContain("256");
        Directory.Exists(_machine.At("out")).ShouldBeFalse();
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(1);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("backup", 0)]
    [InlineData("backup", 20)]
    [InlineData("restore", 0)]
    [InlineData("restore", 10)]
    [InlineData("verify", 0)]
    public void Command_ThatRunsOutHalfway_SaysSoAndTheNextOneIsWhole(string verb, int spare)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit"), "prlimit is not installed");
        if (verb != "backup") _machine.Json("backup").ExitCode.ShouldBe(0);
        string[] command = verb switch
        {
            "restore" => ["restore", _machine.Data, "--to", _machine.At("out")],
            "verify" => ["verify", "--data"],
            _ => ["backup"],
        };
        var running = new RunningCoffer(_machine, command);
        if (verb == "backup") running.WaitFor("reading and transferring");
        else running.WaitUntil(() => OpensPacks(running));
        running.Freeze();
        int open = OpenFilesOf(running);
        _machine.Start("prlimit", $"--pid={running.Id}", $"--nofile={open + spare}:{open + spare}");
        running.Thaw();
        var run = running.End();
        if (run.ExitCode != 0)
        {
            run.ExitCode.ShouldBeOneOf([1, 134], run.ToString()); // the runtime itself may end for want of a file
            bool isClear = run.ExitCode != 1 || run.Output.Contains("open files", StringComparison.OrdinalIgnoreCase)
                || run.Output.Contains("Could not load file or assembly", StringComparison.Ordinal);
            isClear.ShouldBeTrue(run.ToString());
        }
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
        _machine.Json("vault", "check").ExitCode.ShouldBe(0);
        if (verb != "restore") return;
        _machine.Json(command).ExitCode.ShouldBe(0);
        _machine.Shell("diff -r data out/data").ExitCode.ShouldBe(0);
    }

    private static int OpenFilesOf(RunningCoffer running) =>
        Directory.GetFileSystemEntries($"/proc/{running.Id}/fd").Length;

    /// <summary>It is at its work: the runtime has what it needs to begin.</summary>
    private bool OpensPacks(RunningCoffer running)
    {
        string packs = Path.Combine(_machine.Vault, "store", "packs");
        try
        {
            return Directory.GetFileSystemEntries($"/proc/{running.Id}/fd")
                .Any(file => new FileInfo(file).LinkTarget?.StartsWith(packs, StringComparison.Ordinal) == true);
        }
        catch (IOException)
        {
            return false; // closed in between
        }
    }

    private Run Limited(int files, string command) =>
        _machine.Shell($"ulimit -n {files}; $coffer {command} --json");
}
