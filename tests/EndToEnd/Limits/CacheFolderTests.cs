using System.Text.Json;

namespace Coffer.EndToEnd.Limits;

/// <summary>
/// The cache folder moved, deleted, filled, taken away with its disk, and told to lie where it must not.
/// </summary>
public sealed class CacheFolderTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void SetCache_Moved_NextBackupReadsNothingNewAndTheOldFolderGoes()
    {
        Protect();
        Unchanged();
        string before = Tree("home/cache");
        string place = _machine.At("elsewhere");
        var moved = _machine.Json("settings", "set", "cache", place);
        moved.ExitCode.ShouldBe(0, moved.ToString());
        moved.Result.GetProperty("cache").GetString().ShouldBe(place);
        moved.Result.GetProperty("bytesMoved").GetInt64().ShouldBeGreaterThan(0);
        Left(moved).ShouldBe([_machine.At("home/cache")]);
        Tree("elsewhere").ShouldBe(before);
        _machine.Shell("[ \"$(stat -c %a elsewhere)\" = 700 ] && ! find elsewhere -type f ! -perm 600 | grep .")
            .ExitCode.ShouldBe(0);

        Unchanged();
        Directory.Exists(_machine.At("home/cache")).ShouldBeFalse();
        var shown = _machine.Coffer("settings");
        shown.Output.ShouldContain($"Cache   {place}");
        shown.Output.ShouldNotContain("left behind");
        Unchanged();

        var back = _machine.Json("settings", "set", "cache", "default");
        back.ExitCode.ShouldBe(0, back.ToString());
        Unchanged();
        Directory.Exists(place).ShouldBeFalse();
        Left(_machine.Json("settings")).ShouldBeEmpty();
        ShouldBeWhole();
    }

    [Fact]
    public void SetCache_InsideWhatIsProtected_IsLeftOutOfBackups()
    {
        Protect();
        _machine.Json("settings", "set", "cache", Path.Combine(_machine.Data, "cache")).ExitCode.ShouldBe(0);
        Unchanged();
        _machine.Json("ls", "-R", _machine.Data).Events.Select(e => e.GetProperty("path").GetString()!)
            .ShouldNotContain(path => path.StartsWith(Path.Combine(_machine.Data, "cache/"), StringComparison.Ordinal));
        Refused(Path.Combine(_machine.Vault, "cache"), "in the vault");
    }

    [Fact]
    public void SetCache_WhileAJobRuns_IsRefused()
    {
        _machine.Shell("head -c 60000000 /dev/urandom > data/big");
        Protect("--no-backup");
        var running = new RunningCoffer(_machine, "backup");
        running.WaitFor("reading and transferring");
        running.Freeze();
        var refused = _machine.Json("settings", "set", "cache", _machine.At("elsewhere"));
        running.Thaw();
        running.End().ExitCode.ShouldBe(0);
        refused.ExitCode.ShouldBe(4, refused.ToString());
        refused.Code.ShouldBe("job.busy");
        Directory.Exists(_machine.At("elsewhere")).ShouldBeFalse();
    }

    [Fact]
    public void Backup_ChosenCacheDeleted_IsMadeAnewAndSaid()
    {
        Protect();
        _machine.Json("settings", "set", "cache", _machine.At("elsewhere")).ExitCode.ShouldBe(0);
        Unchanged();
        _machine.Shell("rm -r elsewhere");
        var run = Unchanged();
        run.Output.ShouldContain("\"cache.new\"");
        Directory.Exists(_machine.At("elsewhere")).ShouldBeTrue();
        Unchanged().Output.ShouldNotContain("\"cache.new\"");
        ShouldBeWhole();
    }

    [Fact]
    public void Backup_DiskOfTheCacheNotMounted_FailsAndWritesNothingUnderItsMountPoint()
    {
        using var disk = LoopDisk.Make(_machine, "disk", "100m");
        Protect();
        _machine.Json("settings", "set", "cache", Path.Combine(disk.Folder, "cache")).ExitCode.ShouldBe(0);
        Unchanged();
        disk.Unmount();
        var run = _machine.Json("backup");
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Code.ShouldBe("cache.offline");
        run.Result.GetProperty("guidance").GetString()!.ShouldContain("Mount it");
        Directory.GetFileSystemEntries(disk.Folder).ShouldBeEmpty();
        var job = _machine.Json("job").Events.First();
        job.GetProperty("state").GetString().ShouldBe("Failed");
        _machine.Json("doctor").Output.ShouldContain("cache.offline");
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);

        disk.Mount();
        Unchanged();
        disk.Unmount();
        // Gone for good.
        var away = _machine.Json("settings", "set", "cache", "default");
        away.ExitCode.ShouldBe(0, away.ToString());
        away.Output.ShouldContain("cache.not-moved");
        Unchanged();
        ShouldBeWhole();
    }

    [Fact]
    public void Backup_DiskOfTheCacheFull_TellsBothFiguresOrWhatRanOut()
    {
        using var disk = LoopDisk.Make(_machine, "disk", "60m");
        Protect("--no-backup");
        _machine.Json("settings", "set", "cache", Path.Combine(disk.Folder, "cache")).ExitCode.ShouldBe(0);
        disk.Fill();
        var full = _machine.Json("backup");
        full.ExitCode.ShouldBe(1, full.ToString());
        full.Code.ShouldBe("cache.no-space");
        full.Result.GetProperty("message").GetString()!.ShouldMatch("has .* free, and this backup needs .* MB there");

        disk.Empty();
        _machine.Shell("for i in $(seq 20000); do echo $i > data/a-file-of-the-many-$i; done");
        var running = new RunningCoffer(_machine, "backup");
        running.WaitFor("reading and transferring");
        running.Freeze();
        disk.Fill();
        running.Thaw();
        var ranOut = running.End();
        ranOut.ExitCode.ShouldBeOneOf([1, 3], ranOut.ToString());
        if (ranOut.ExitCode == 1) ranOut.Code.ShouldBe("cache.no-space");
        else ranOut.Output.ShouldContain("cache.not-kept");

        disk.Empty();
        _machine.Json("backup").ExitCode.ShouldBe(0);
        ShouldBeWhole();
    }

    [Fact]
    public void SetCache_OntoADiskWithTooLittleRoom_TellsBothFiguresAndKeepsTheOldOne()
    {
        using var disk = LoopDisk.Make(_machine, "disk", "16m");
        Protect();
        var run = _machine.Json("settings", "set", "cache", Path.Combine(disk.Folder, "cache"));
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Code.ShouldBe("cache.no-space");
        run.Result.GetProperty("message").GetString()!.ShouldMatch("has .* free, and the move needs .* MB there");
        Directory.Exists(Path.Combine(disk.Folder, "cache")).ShouldBeFalse();
        Unchanged();
    }

    [Fact]
    public void SetCache_WhereItMustNotLie_SaysWhyAndChangesNothing()
    {
        _machine.Shell("mkdir full open dir sub; touch full/file; chmod 777 open; ln -s dir link");
        Protect();
        Refused(_machine.At("full"), "holds files");
        Refused(_machine.At("open"), "every user may write");
        Refused(_machine.At("link"), "symbolic link");
        Refused(_machine.At("none/cache"), "offline");
        Refused(_machine.At("home/secrets/cache"), "Coffer's home");
        Refused(_machine.At("full/file"), "not a directory");
        Refused("/dev/shm/coffer-cache", "in memory");
        Refused("/proc/coffer-cache", "holds no files");
        _machine.Json("settings").Result.GetProperty("isCacheChosen").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void SetCache_OnAnOverlayOrReadOnly_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        using var disk = SmallDisk.Mount(_machine, _machine.At("layers"), "100m");
        Protect();
        Refused(Path.Combine(_machine.At("layers"), "cache"), "in memory");
        _machine.Shell("mkdir layers/lower layers/upper layers/work merged");
        var mounted = _machine.Shell("mount -t overlay overlay"
            + " -o lowerdir=layers/lower,upperdir=layers/upper,workdir=layers/work merged");
        if (mounted.ExitCode != 0) Assert.Skip($"no overlay here: {mounted}");
        try
        {
            Refused(_machine.At("merged/cache"), "overlay");
            _machine.Shell("mount -o remount,ro merged").ExitCode.ShouldBe(0);
            Refused(_machine.At("merged/cache"), "read-only");
        }
        finally
        {
            _machine.Shell("umount -l merged");
        }
    }

    private void Protect(params string[] more)
    {
        _machine.Shell("for i in $(seq 200); do echo $i > data/f$i; done; head -c 3000000 /dev/urandom > data/b");
        _machine.Protect(more).ExitCode.ShouldBe(0);
        if (more.Length > 0) return;
        // What is younger than two seconds when it is read is read again.
        for (int i = 0; _machine.Json("backup").Result.GetProperty("bytesRead").GetInt64() > 0; i++)
            i.ShouldBeLessThan(50);
    }

    private Run Unchanged()
    {
        var run = _machine.Json("backup");
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Result.GetProperty("bytesRead").GetInt64().ShouldBe(0, run.ToString());
        return run;
    }

    private void Refused(string place, string reason)
    {
        var run = _machine.Json("settings", "set", "cache", place);
        run.ExitCode.ShouldBe(4, place + run);
        run.Code.ShouldBe("cache.place", place);
        run.Result.GetProperty("message").GetString()!.ShouldContain(reason);
        run.Result.GetProperty("guidance").GetString()!.ShouldNotBeEmpty(place);
    }

    /// <summary>Files of a cache with their hashes, its marker apart.</summary>
    private string Tree(string folder) => _machine.Shell(
        $"cd {folder} && find . -type f ! -name coffer-cache.json | sort | xargs sha256sum").Output;

    private static string[] Left(Run run) => [.. run.Result.GetProperty("cachesLeft").EnumerateArray()
        .Select(static (JsonElement left) => left.GetString()!)];

    private void ShouldBeWhole()
    {
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
        _machine.Shell("rm -rf out").ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        _machine.Shell("diff -r data out/data").ExitCode.ShouldBe(0);
    }
}
