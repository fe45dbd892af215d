using Coffer.EndToEnd.Fidelity;

namespace Coffer.EndToEnd.Snapshots;

/// <summary>Local points of a real btrfs volume.</summary>
public sealed class LocalPointTests : IAsyncLifetime
{
    private readonly Machine _machine = new();
    private ScratchVolume _volume = null!;

    private string Tree => Path.Combine(_volume.MountPoint, "tree");

    private string Kept => Path.Combine(_volume.MountPoint, ".coffer-snapshots");

    public async ValueTask InitializeAsync() =>
        _volume = await ScratchVolume.MakeAsync("btrfs", _machine.Folder, "volume");

    public async ValueTask DisposeAsync()
    {
        if (_volume is not null) await _volume.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public void Backups_WithTwoKept_LeaveTheNewestTwoAndGiveBackWhatWasThen()
    {
        Protect();
        Write("file", "first");
        BackUp(2);
        string[] first = Names();
        Write("file", "second");
        BackUp(2);
        string[] second = [.. Names().Except(first)];
        Write("file", "third");
        string byHand = Path.Combine(Kept, "kept-by-hand");
        _machine.Shell($"btrfs subvolume snapshot -r volume {byHand}").ExitCode.ShouldBe(0);
        BackUp(2);

        Names().Length.ShouldBe(2);
        Names().ShouldNotContain(first.Single());
        Directory.Exists(byHand).ShouldBeTrue("others' are left alone");
        foreach (var point in Points())
        {
            point.GetProperty("isBeingBackedUp").GetBoolean().ShouldBeFalse();
            File.Exists(Path.Combine(point.GetProperty("place").GetString()!, "tree/file")).ShouldBeTrue();
        }

        _machine.Json("status").Result.GetProperty("localPoints").GetInt32().ShouldBe(2);
        File.Delete(Path.Combine(Tree, "file"));
        Directory.Move(_machine.Vault, _machine.At("away"));
        var restored = Nowhere("restore", "--local", Path.Combine(Tree, "file"));
        restored.ExitCode.ShouldBe(0, restored.ToString());
        Read("file").ShouldBe("third");
        restored = Nowhere("restore", "--local", "--point", second.Single(), Tree, "--to", _machine.At("out"));
        restored.ExitCode.ShouldBe(0, restored.ToString());
        File.ReadAllText(_machine.At("out/tree/file")).ShouldBe("second");
        Directory.Move(_machine.At("away"), _machine.Vault);

        _machine.Json("point", "remove", second.Single()).Code.ShouldBe("point.unconfirmed");
        _machine.Json("point", "remove", second.Single(), "--yes").ExitCode.ShouldBe(0);
        Names().ShouldNotContain(second.Single());
        _machine.Json("point", "remove", second.Single(), "--yes").Code.ShouldBe("point.unknown");
        BackUp(0);
        Names().ShouldBeEmpty();
        Directory.GetDirectories(Kept).ShouldBe([byHand]);
    }

    [Fact]
    public async Task Restore_OfEveryOddThing_GivesItBackAndSharesItsBytes()
    {
        var made = await CommandLine.RunAsync("python3", CommandLine.Script("make_tree.py"), Tree, "btrfs");
        made.ShouldExitWith(0);
        var before = await SeenTree.LookAsync(Tree);
        Protect();
        BackUp(1, 0, 3);
        _machine.Shell("chattr -R -f -i -a volume/tree; rm -rf volume/tree").ExitCode.ShouldBe(0);
        Directory.Exists(Tree).ShouldBeFalse();
        Directory.Move(_machine.Vault, _machine.At("away"));

        var inPlace = Nowhere("restore", "--local", Tree);
        var elsewhere = Nowhere("restore", "--local", Tree, "--to", Path.Combine(_volume.MountPoint, "out"));

        inPlace.ExitCode.ShouldBe(0, inPlace.ToString());
        elsewhere.ExitCode.ShouldBe(0, elsewhere.ToString());
        foreach (string root in new[] { Tree, Path.Combine(_volume.MountPoint, "out/tree") })
        {
            var after = await SeenTree.LookAsync(root);
            foreach (string aspect in AspectsIn(made.Output))
                after.DifferencesFrom(before, aspect).ShouldBeEmpty();
        }

        // Its 40 MiB stand on the disk once.
        var used = _machine.Shell("sync -f volume; btrfs filesystem du -s --raw volume/out/tree/large | tail -1");
        string[] columns = used.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long.Parse(columns[0], null).ShouldBeGreaterThan(40_000_000, used.ToString());
        columns[1].ShouldBe("0", "nothing of it is its own");

        var again = Nowhere("restore", "--local", Tree);
        again.ExitCode.ShouldBe(0, again.ToString());
        again.Result.GetProperty("files").GetInt64().ShouldBe(0, "all of it is there and equal");
    }

    [Fact]
    public void Backup_ThatIsKilled_LeavesALocalPointThatWasOneAllTheTime()
    {
        Protect();
        _machine.Shell("mkdir -p volume/tree && head -c 300000000 /dev/urandom > volume/tree/big");
        Write("file", "text");
        Set(1);
        var run = new RunningCoffer(_machine, "backup");
        run.WaitFor("reading and transferring");
        run.Freeze();
        File.Delete(Path.Combine(Tree, "file"));

        Points().Single().GetProperty("isBeingBackedUp").GetBoolean().ShouldBeTrue();
        var beside = _machine.Json("restore", "--local", Path.Combine(Tree, "file"));
        run.Kill();

        beside.ExitCode.ShouldBe(0, beside.ToString());
        Read("file").ShouldBe("text");
        string killed = Names().Single();
        Points().Single().GetProperty("isBeingBackedUp").GetBoolean().ShouldBeFalse();
        _machine.Json("doctor").Events.Single(check => check.GetProperty("name").GetString() == "snapshots")
            .GetProperty("grade").GetString().ShouldBe("ok", "it is no litter");
        BackUp(1);
        Names().ShouldHaveSingleItem().ShouldNotBe(killed);
    }

    [Fact]
    public void Backup_BesideSomebodyWhoReads_LeavesTheirLocalPoint()
    {
        Protect();
        Write("file", "text");
        BackUp(1);
        string read = Names().Single();
        var beside = _machine.Shell($"flock --shared {Path.Combine(Kept, read)} $coffer backup --json");
        beside.ExitCode.ShouldBe(0, beside.ToString());
        Names().Length.ShouldBe(2);
        Names().ShouldContain(read);
        BackUp(1);
        Names().ShouldHaveSingleItem().ShouldNotBe(read);
    }

    [Fact]
    public async Task Restore_IntoATargetThatIsFull_FinishesItsFoldersAndGoesOnWhenThereIsRoom()
    {
        Protect();
        _machine.Shell("mkdir -p volume/tree/inner && cd volume/tree/inner && head -c 2000000 /dev/urandom > a"
            + " && head -c 60000000 /dev/urandom > b && chown -R 1234:2345 .. && chmod 750 . && chmod 705 ..")
            .ExitCode.ShouldBe(0);
        BackUp(1);
        await using var small = await ScratchVolume.MakeAsync("ext4", _machine.Folder, "small");
        _machine.Shell("fallocate -l $(($(stat -f -c '%f * %S' small) - 40000000)) small/filler").ExitCode.ShouldBe(0);
        string Seen() => _machine.Shell("cd small/tree && stat -c '%n %U %u:%g %a %Y' . inner").Output;
        string wanted = _machine.Shell("cd volume/tree && stat -c '%n %U %u:%g %a %Y' . inner").Output;

        string[] command = ["restore", "--local", Tree, "--to", small.MountPoint, "--if-exists", "skip"];
        _machine.Json(command).Code.ShouldBe("restore.no-space");
        Seen().ShouldBe(wanted);
        Directory.GetFiles(Path.Combine(small.MountPoint, "tree/inner")).Select(Path.GetFileName).ShouldBe(["a"]);
        File.Delete(Path.Combine(small.MountPoint, "filler"));
        var again = _machine.Json(command);

        again.ExitCode.ShouldBe(0, again.ToString());
        again.Result.GetProperty("isResumed").GetBoolean().ShouldBeTrue();
        Seen().ShouldBe(wanted);
        _machine.Shell("diff -r volume/tree small/tree").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Restore_TwiceAtOnce_RefusesTheSecond()
    {
        Protect();
        _machine.Shell("mkdir -p volume/tree && head -c 300000000 /dev/urandom > volume/tree/big").ExitCode.ShouldBe(0);
        BackUp(1);
        string[] command = ["restore", "--local", Tree, "--to", _machine.At("out")];
        var first = new RunningCoffer(_machine, command);
        first.WaitUntil(() => File.Exists(_machine.At("out/tree/big")));
        first.Freeze();
        _machine.Json(command).Code.ShouldBe("restore.running");
        _machine.Json([.. command, "--if-exists", "skip"]).ExitCode.ShouldBe(0, "another restore");
        first.Kill();
        _machine.Json(command).ExitCode.ShouldBe(0, "a process that was ended holds nothing");
    }

    [Fact]
    public void Restore_AmongSnapshotsOrIntoAVault_IsKeptOut()
    {
        Protect();
        Write("file", "text");
        string vault = Path.Combine(Tree, "vault");
        using var other = new Machine();
        other.Write("a", "a");
        _machine.Shell($"COFFER_HOME={other.Home} $coffer protect {other.Data} --vault {vault}"
            + $" --passphrase-file {_machine.Passphrase}").ExitCode.ShouldBe(0);
        BackUp(1, 0, 3);
        _machine.Json("restore", "--local", Tree, "--to", Path.Combine(Kept, "mine")).Code.ShouldBe("restore.own");
        _machine.Json("restore", Tree, "--to", Path.Combine(Kept, "mine"), "--passphrase-file", _machine.Passphrase)
            .Code.ShouldBe("restore.own");
        string[] table = Directory.GetFiles(vault);
        File.Delete(Path.Combine(Tree, "file"));
        File.Delete(table[0]);

        var around = _machine.Json("restore", "--local", Tree);

        around.ExitCode.ShouldBe(3, around.ToString());
        around.Events.ShouldContain(each => each.GetProperty("event").GetString() == "warning"
            && each.GetProperty("code").GetString() == "local-point.vault");
        Read("file").ShouldBe("text");
        File.Exists(table[0]).ShouldBeFalse("an older state of it would take points with it");
        _machine.Json("restore", "--local", Path.Combine(vault, "x")).Code.ShouldBe("restore.own");
    }

    [Fact]
    public void Restore_WithADamagedHome_GivesBackWhatTheSnapshotHolds()
    {
        Protect();
        Write("file", "text");
        BackUp(1);
        File.Delete(Path.Combine(Tree, "file"));
        File.WriteAllText(Path.Combine(_machine.Home, "machine.json"), "{ torn");

        var restored = _machine.Json("restore", "--local", Tree);

        restored.ExitCode.ShouldBe(0, restored.ToString());
        restored.Events.ShouldContain(each => each.GetProperty("event").GetString() == "note");
        Read("file").ShouldBe("text");
    }

    private static IEnumerable<string> AspectsIn(string made)
    {
        foreach (string line in made.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            string aspect = json.RootElement.GetProperty("aspect").GetString()!;
            if (!Aspects.LostByDecision.Contains(aspect)) yield return aspect;
        }
    }

    private void Protect()
    {
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        Directory.CreateDirectory(Tree);
        var done = _machine.Json(
            "protect", Tree, "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase, "--no-backup");
        done.ExitCode.ShouldBe(0, done.ToString());
    }

    private void Set(int number)
    {
        var set = _machine.Json("settings", "set", "local-points", $"{number}");
        set.ExitCode.ShouldBe(0, set.ToString());
        set.Result.GetProperty("localPoints").GetInt32().ShouldBe(number);
    }

    private void BackUp(int kept, params int[] codes)
    {
        Set(kept);
        var backup = _machine.Json("backup");
        (codes.Length == 0 ? [0] : codes).ShouldContain(backup.ExitCode, backup.ToString());
    }

    private IReadOnlyList<System.Text.Json.JsonElement> Points() =>
        [.. _machine.Json("point", "list", "--local").Events.Where(line =>
            line.GetProperty("event").GetString() == "localPoint"
            && line.GetProperty("place").GetString()!.StartsWith(Kept, StringComparison.Ordinal))];

    private string[] Names() => [.. Points().Select(point => point.GetProperty("name").GetString()!)];

    /// <summary>In a home where nothing ever was.</summary>
    private Run Nowhere(params string[] arguments) =>
        _machine.Json([.. arguments, "--home", _machine.At("no-home")]);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Tree, name), text);

    private string Read(string name) => File.ReadAllText(Path.Combine(Tree, name));
}
