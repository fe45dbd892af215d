namespace Coffer.EndToEnd.Fidelity;

public sealed class ChangingFilesTests
{
    private const int PageBytes = 300_000;

    [Fact]
    public async Task Backup_OfFilesThatChangeMeanwhile_KeepsAStateOfEachAndThenTheLast()
    {
        using var scratch = new ScratchFolder();
        string tree = scratch.Of("tree");
        Directory.CreateDirectory(tree);
        using (var writer = CommandLine.StartTalking("python3", CommandLine.Script("change_tree.py"), tree))
        {
            try
            {
                (await writer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("ready");
                using var backup = await CommandResult.OfAsync([0, 3], "protect", tree, "--home", scratch.Home);
                (backup.Text("result") == "completed").ShouldBe(backup.Number("findings") == 0, backup.Output);
            }
            finally
            {
                writer.StandardInput.Close();
                await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }

        await RestoreAsync(scratch, "first", 0, 3);
        ShouldBeStatesOf(tree, scratch.Of("first/tree"));

        (await CommandLine.CofferAsync("backup", "--home", scratch.Home)).ShouldExitWith(0);
        await RestoreAsync(scratch, "second", 0);
        var rsync = await CommandLine.RunAsync(
            "rsync", "-nacHAX", "--delete", "-i", tree + "/", scratch.Of("second/tree") + "/");
        rsync.ShouldExitWith(0).Output.ShouldBe("");
    }

    [Fact]
    public async Task Backup_OfAFileWrittenJustBefore_ReadsItAgainUntilItHasSettled()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Of("tree"));
        await File.WriteAllTextAsync(scratch.Of("tree/fresh"), "text", TestContext.Current.CancellationToken);
        // Ahead of the clock, so that it is fresh also where the first backup takes its time.
        File.SetLastWriteTimeUtc(scratch.Of("tree/fresh"), DateTime.UtcNow.AddSeconds(10));
        using var first = await CommandResult.OfAsync([0], "protect", scratch.Of("tree"), "--home", scratch.Home);
        first.Number("filesRead").ShouldBe(1);

        // Its own clock decides when it is settled: runs until then, with a bound far beyond that.
        for (int run = 0; run < 400; run++)
        {
            using var next = await CommandResult.OfAsync([0], "backup", "--home", scratch.Home);
            if (next.Number("filesRead") > 0) continue;
            run.ShouldBeGreaterThan(0, "the run after the first has to read an unsettled file again");
            return;
        }

        Assert.Fail("the file is read again at each run");
    }

    private static async Task RestoreAsync(ScratchFolder scratch, string target, params int[] exitCodes)
    {
        Directory.CreateDirectory(scratch.Of(target));
        var outcome = await CommandLine.CofferAsync(
            "restore", scratch.Of("tree"), "--to", scratch.Of(target), "--home", scratch.Home);
        outcome.ShouldExitWith(exitCodes);
    }

    private static void ShouldBeStatesOf(string tree, string restored)
    {
        byte[] log = File.ReadAllBytes(Path.Combine(restored, "log"));
        File.ReadAllBytes(Path.Combine(tree, "log")).AsSpan().StartsWith(log).ShouldBeTrue("a log that never was");
        new FileInfo(Path.Combine(restored, "page")).Length.ShouldBeLessThanOrEqualTo(PageBytes);
        foreach (string path in Directory.EnumerateFiles(restored, "mov*"))
        {
            string number = Path.GetFileName(path).Split('-')[1];
            File.ReadAllText(path).ShouldBe(string.Concat(Enumerable.Repeat(number + "\n", 1000)), path);
        }
    }
}
