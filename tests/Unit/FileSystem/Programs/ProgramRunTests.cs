using System.Globalization;
using System.Text;
using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Unit.FileSystem.Programs;

public sealed class ProgramRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Never => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Program_GivesItsArgumentsAsTheyAre()
    {
        var end = await RunAsync("printf '<%s>' \"$@\"", ["a b", "$HOME", "*", "", "'\"\\"]);
        end.IsGood.ShouldBeTrue();
        Text(end.Output).ShouldBe("<a b><$HOME><*><><'\"\\>");
    }

    [Theory]
    [InlineData("exit 3", ProgramEnding.Exited, 3, "ended with 3")]
    [InlineData("kill -9 $$", ProgramEnding.Signalled, 9, "was ended by signal 9")]
    public async Task Run_ThatFails_TellsHow(string script, ProgramEnding ending, int code, string told)
    {
        var end = await RunAsync(script);
        (end.Ending, end.Code, end.Told, end.IsGood).ShouldBe((ending, code, told, false));
    }

    [Fact]
    public async Task Run_ThatCannotBeStarted_TellsWhy()
    {
        var order = new ProgramOrder(_folder.At("none"), []);
        (await ProgramRun.RunAsync(order, TimeProvider.System, Never)).Told
            .ShouldBe("could not be started: No such file or directory");
        // Neither a shell nor anything else guesses what runs it.
        string bare = Script("echo x", head: "");
        (await ProgramRun.RunAsync(new ProgramOrder(bare, []), TimeProvider.System, Never)).Ending
            .ShouldBe(ProgramEnding.NotStarted);
    }

    [Fact]
    public async Task Run_Surroundings_AreCleanAndItsOwn()
    {
        Environment.SetEnvironmentVariable("COFFER_TEST_SECRET", "x");
        var end = await RunAsync(
            "env | sort; pwd; wc -c; cat /proc/$$/stat | cut -d' ' -f5,6; echo $$",
            variables: new() { ["COFFER_JOB"] = "7" });
        string[] lines = Text(end.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // PWD, SHLVL and _ are the shell's own.
        lines.Where(line => line.Contains('=') && !line.StartsWith("PWD=") && !line.StartsWith("SHLVL=")
            && !line.StartsWith("_=") && !line.StartsWith("OLDPWD=")).ShouldBe(
            ["COFFER_JOB=7", "LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
        lines.ShouldContain("/");
        lines.ShouldContain("0", "nothing comes from standard input");
        lines[^2].ShouldBe($"{lines[^1]} {lines[^1]}", "a group and a session of its own");
    }

    [Fact]
    public async Task Run_OfMuchOutput_KeepsItsEnd()
    {
        var end = await RunAsync("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
        end.IsGood.ShouldBeTrue();
        end.Output.Length.ShouldBe(1024);
        end.OutputBytes.ShouldBeGreaterThan(200_000);
        Text(end.Output).ShouldEndWith("line 19998\nline 19999\n");
    }

    [Fact]
    public async Task Run_Errors_AreJoinedOrApart()
    {
        const string script = "echo one; echo two >&2; echo three";
        Text((await RunAsync(script, joins: true)).Output).ShouldBe("one\ntwo\nthree\n");
        var end = await RunAsync(script);
        (Text(end.Output), Text(end.Errors)).ShouldBe(("one\nthree\n", "two\n"));
    }

    [Fact]
    public async Task Run_AtItsTimeLimit_IsEnded()
    {
        var end = await RunAsync("echo begun; exec sleep 1000", limit: TimeSpan.FromSeconds(1));
        end.Ending.ShouldBe(ProgramEnding.TimedOut);
        end.IsGood.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_Cancelled_MayTidyUp()
    {
        var run = RunAsync(
            $"trap 'echo tidied; exit 0' TERM; echo > {_folder.At("ready")}; while :; do sleep 0.1; done");
        var end = await CancelWhenReadyAsync(run);
        end.Ending.ShouldBe(ProgramEnding.Cancelled);
        Text(end.Output).ShouldContain("tidied");
    }

    [Fact]
    public async Task Run_Cancelled_LetsWhatItStartedTidyUpToo()
    {
        string ready = _folder.At("ready"), tidied = _folder.At("tidied");
        var run = RunAsync(
            $"(trap 'sleep 0.3; echo > {tidied}; exit 0' TERM; echo > {ready}; while :; do sleep 0.1; done) & wait");
        (await CancelWhenReadyAsync(run)).Ending.ShouldBe(ProgramEnding.Cancelled);
        File.Exists(tidied).ShouldBeTrue("the shell ends at once, what it runs does not");
    }

    [Fact]
    public async Task Run_Cancelled_EndsAllThatItStarted()
    {
        var run = RunAsync(
            $"(trap '' TERM; sleep 1000) & echo $! > {_folder.At("child")}; echo > {_folder.At("ready")}; wait");
        (await CancelWhenReadyAsync(run)).Ending.ShouldBe(ProgramEnding.Cancelled);
        // It was killed; that it is gone may take a moment. Else it would run for a quarter of an hour.
        int child = ReadPid("child");
        SpinWait.SpinUntil(() => !IsRunning(child), TimeSpan.FromMinutes(1)).ShouldBeTrue();
    }

    [Fact]
    public async Task Run_ThatLeavesOneRunning_HasEndedAllTheSame()
    {
        var end = await RunAsync($"sleep 1000 & echo $! > {_folder.At("child")}; echo done")
            .WaitAsync(TimeSpan.FromMinutes(2), Never);
        int child = ReadPid("child");
        bool isRunning = IsRunning(child);
        using (var killed = System.Diagnostics.Process.GetProcessById(child)) killed.Kill();
        isRunning.ShouldBeTrue("it may be what the hook was for");
        (end.IsGood, Text(end.Output)).ShouldBe((true, "done\n"));
    }

    [Fact]
    public void Start_WithoutAThreadToBeHad_EndsTheProgramAndTellsWhy()
    {
        // Nobody else's number of seconds, so that it can be told from all that run.
        const string seconds = "86399.7135";
        int pid = 0;
        // The kernel lets go of who started it a moment before it shows the program's words.
        var none = new NoThreads(() => SpinWait.SpinUntil(() => (pid = PidOf(seconds)) > 0, TimeSpan.FromMinutes(1)));
        SpawnedProgram.Start(new ProgramOrder("/usr/bin/sleep", [seconds]), none, out var program).Text
            .ShouldBe("Resource temporarily unavailable");
        program.ShouldBeNull();
        pid.ShouldBeGreaterThan(0, "it ran when no thread could be had");
        Directory.Exists($"/proc/{pid}").ShouldBeFalse("neither running nor waiting to be collected");
    }

    private static int PidOf(string argument) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out int pid) ? pid : 0)
        .FirstOrDefault(pid => pid > 0 && CommandOf(pid).Contains(argument, StringComparison.Ordinal));

    private static string CommandOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>As where the system starts no more threads.</summary>
    private sealed class NoThreads(Action asked) : TaskScheduler
    {
        protected override void QueueTask(Task task)
        {
            asked();
            throw new OutOfMemoryException();
        }

        protected override bool TryExecuteTaskInline(Task task, bool wasQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }

    private readonly CancellationTokenSource _cancellation = new();

    private async Task<ProgramEnd> CancelWhenReadyAsync(Task<ProgramEnd> run)
    {
        while (!run.IsCompleted && !File.Exists(_folder.At("ready"))) await Task.Yield();
        await _cancellation.CancelAsync();
        return await run;
    }

    private Task<ProgramEnd> RunAsync(
        string script, string[]? arguments = null, Dictionary<string, string>? variables = null,
        TimeSpan? limit = null, bool joins = false) => ProgramRun.RunAsync(
            new ProgramOrder(Script(script), arguments ?? [])
            {
                Environment = variables ?? [],
                TimeLimit = limit ?? TimeSpan.FromMinutes(5),
                JoinsErrors = joins,
            },
            TimeProvider.System, _cancellation.Token);

    private string Script(string text, string head = "#!/bin/sh\n")
    {
        string path = _folder.AddFile($"script-{Guid.NewGuid():n}", head + text + "\n");
        ReadingTests.Run("chmod", "700", path);
        return path;
    }

    private int ReadPid(string name) => int.Parse(File.ReadAllText(_folder.At(name)), CultureInfo.InvariantCulture);

    // One that nobody waits for stays as a zombie where the first process of a container does not.
    private static bool IsRunning(int pid)
    {
        string stat = $"/proc/{pid}/stat";
        return File.Exists(stat) && File.ReadAllText(stat).Split(')')[^1].TrimStart()[0] != 'Z';
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
