namespace Coffer.EndToEnd;

/// <summary>No room in home, cache or target, and media that cannot be written: told, and gone on from.</summary>
public sealed class SpaceTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Backup_NoSpaceInTheCache_FailsWithItsReasonAndFinishesWhenThereIs()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Home, "600k");
        _machine.Shell("for i in $(seq 20000); do echo $i > data/f$i; done");
        var run = _machine.Protect();
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Code.ShouldBe("cache.no-space");
        disk.Remount("size=100m");
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Restore_HomeIsFull_StillBringsTheFilesBack()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Home, "300m");
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Shell("dd if=/dev/zero of=home/fill bs=1M; dd if=/dev/zero of=home/rest bs=4k");
        var full = _machine.Json("backup");
        full.ExitCode.ShouldBe(1, full.ToString());
        full.Code.ShouldBe("home.unwritable");
        full.Result.GetProperty("guidance").GetString()!.ShouldContain("Free space");
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"));
        restore.ExitCode.ShouldBe(0, restore.ToString());
        File.ReadAllText(_machine.At("out/data/a")).ShouldBe("a");
    }

    [Fact]
    public void Restore_NoSpaceInTheTarget_FailsAndGoesOnWhenThereIs()
    {
        _machine.Shell("head -c 9000000 /dev/urandom > data/big");
        _machine.Write("z", "z");
        _machine.Protect().ExitCode.ShouldBe(0);
        using var disk = SmallDisk.Mount(_machine, _machine.At("out"), "4m");
        string[] restore = ["restore", _machine.Data, "--to", _machine.At("out")];
        var full = _machine.Json(restore);
        full.ExitCode.ShouldBe(1, full.ToString());
        full.Code.ShouldBe("restore.no-space");
        disk.Remount("size=40m");
        _machine.Json(restore).ExitCode.ShouldBe(0);
        _machine.Shell("diff -r data out/data && [ \"$(ls -A out)\" = data ]").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Vault_MountedForReadingOnly_IsReadAndBackupSaysWhy()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        disk.Remount("ro");
        var backup = _machine.Json("backup");
        backup.ExitCode.ShouldBe(1, backup.ToString());
        backup.Code.ShouldBe("store.read-only");
        _machine.Json("status").ExitCode.ShouldBe(0);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        disk.Remount("rw");
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Backup_VaultPulledOutDuringTheRun_FailsAndLeavesNothingBehind()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        _machine.Shell("head -c 60000000 /dev/urandom > data/big");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        var run = new RunningCoffer(_machine, "backup");
        run.WaitFor("reading and transferring");
        disk.PullOut();
        var ended = run.End();
        ended.ExitCode.ShouldBe(1, ended.ToString());
        ended.Code.ShouldBe("store.lost");
        Directory.GetFileSystemEntries(_machine.Vault).ShouldBeEmpty();
    }
}
