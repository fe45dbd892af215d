namespace Coffer.EndToEnd.Hooks;

/// <summary>Hooks as a person sets them, around real backups.</summary>
public sealed class HookTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Backup_WithADumpBeforeIt_HoldsTheDumpAndRunsWhatComesAfter()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        Script("dump", "echo \"dump for $COFFER_JOB $1\" > \"$2\"");
        Script("done", "echo \"$COFFER_STATE $COFFER_JOB\" > ended; cp /proc/self/environ environment");
        string dump = Path.Combine(_machine.Data, "dump.sql");
        var set = _machine.Coffer(
            "settings", "set", "hook", "before", "--time-limit", "2m", "--", _machine.At("dump"), "--all of it", dump);
        set.ExitCode.ShouldBe(0, set.ToString());
        _machine.Json("settings", "set", "hook", "after", _machine.At("done")).ExitCode.ShouldBe(0);
        var shown = _machine.Json("settings").Result.GetProperty("hookBefore");
        shown.GetProperty("program").GetString().ShouldBe(_machine.At("dump"));
        shown.GetProperty("arguments").EnumerateArray().Select(a => a.GetString()).ShouldBe(["--all of it", dump]);
        shown.GetProperty("timeLimitSeconds").GetInt32().ShouldBe(120);
        _machine.Coffer("settings").Output
            .ShouldContain($"before a backup: {_machine.At("dump")} '--all of it' {dump}");

        var backup = _machine.Json("backup");

        backup.ExitCode.ShouldBe(0, backup.ToString());
        string job = backup.Result.GetProperty("job").GetString()!;
        _machine.Json("restore", dump, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        File.ReadAllText(_machine.At("out/dump.sql")).ShouldBe($"dump for {job} --all of it\n");
        File.ReadAllText(_machine.At("ended")).ShouldBe($"completed {job}\n");
        File.ReadAllText(_machine.At("environment")).ShouldNotContain("COFFER_HOME");
    }

    [Fact]
    public void Backup_WhoseHookFails_SaysWhyAndMakesNoPointUntilItIsOff()
    {
        _machine.Write("a", "a");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        Script("dump", "echo cannot connect >&2; exit 7");
        _machine.Json("settings", "set", "hook", "before", _machine.At("dump")).ExitCode.ShouldBe(0);
        var failed = _machine.Json("backup");
        failed.ExitCode.ShouldBe(1, failed.ToString());
        failed.Code.ShouldBe("hook.failed");
        failed.Result.GetProperty("message").GetString()!.ShouldContain("ended with 7: cannot connect");
        _machine.Coffer("backup").Errors.ShouldContain("cannot connect");
        _machine.Json("point").Result.GetProperty("points").GetInt32().ShouldBe(0);
        _machine.Json("job").Events.First().GetProperty("state").GetString().ShouldBe("Failed");

        _machine.Json("settings", "set", "hook", "before", "--off").ExitCode.ShouldBe(0);
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Hook_ThatOthersMayChange_IsRefusedAndToldByDoctor()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        Script("dump", "true");
        _machine.Json("settings", "set", "hook", "before", _machine.At("dump")).ExitCode.ShouldBe(0);
        Doctor().ShouldBe("ok");
        _machine.Shell("chmod go+w dump");
        Doctor().ShouldBe("failed");
        _machine.Json("backup").Code.ShouldBe("hook.unsafe");
        var refused = _machine.Json("settings", "set", "hook", "after", _machine.At("dump"));
        (refused.ExitCode, refused.Code).ShouldBe((4, "hook.unsafe"), refused.ToString());
        _machine.Json("settings", "set", "hook", "sometimes", "/bin/true").Code.ShouldBe("hook.wrong");
        _machine.Json("settings", "set", "hook", "before").Code.ShouldBe("hook.wrong");
        _machine.Json("settings", "set", "hook", "before", "--off", "/bin/true").Code.ShouldBe("hook.wrong");
    }

    [Fact]
    public void Backup_OfASourceThatOnlyTheHookMounts_TakesThatSource()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        _machine.Write("a", "a");
        string disk = Path.Combine(_machine.Data, "disk");
        Directory.CreateDirectory(disk);
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        Script("mount", $"echo $COFFER_SOURCES > asked; mount -t tmpfs tmpfs '{disk}' && echo b > '{disk}/b'");
        Script("unmount", $"echo $COFFER_SOURCES > backed; umount '{disk}'");
        _machine.Json("settings", "set", "hook", "before", _machine.At("mount")).ExitCode.ShouldBe(0);
        _machine.Json("settings", "set", "hook", "after", _machine.At("unmount")).ExitCode.ShouldBe(0);

        // The first time nobody knows of it; the second time it is known, and not mounted.
        for (int i = 0; i < 2; i++)
        {
            var backup = _machine.Json("backup", "--source", disk);
            backup.ExitCode.ShouldBe(0, backup.ToString());
            backup.Result.GetProperty("sources").EnumerateArray().Single().GetProperty("label").GetString()
                .ShouldBe(disk);
            backup.Result.GetProperty("files").GetInt32().ShouldBe(1);
            File.ReadAllText(_machine.At("asked")).ShouldBe(disk + "\n");
            File.ReadAllText(_machine.At("backed")).ShouldBe(disk + "\n");
        }
        _machine.Json("job").Events.First().GetProperty("source").GetString().ShouldBe(disk);
    }

    [Fact]
    public void Backup_OfASourceThatTheHookTakesAway_FailsWithTheReason()
    {
        _machine.Write("a", "a");
        string folder = Path.Combine(_machine.Data, "disk");
        using var disk = SmallDisk.Mount(_machine, folder, "1m");
        _machine.Protect().ExitCode.ShouldBe(0);
        Script("unmount", $"umount '{folder}'");
        _machine.Json("settings", "set", "hook", "before", _machine.At("unmount")).ExitCode.ShouldBe(0);
        _machine.Json("backup", "--source", folder).Code.ShouldBe("source.absent");
    }

    private string Doctor() => _machine.Json("doctor").Events
        .Single(line => line.GetProperty("name").GetString() == "hooks").GetProperty("grade").GetString()!;

    private void Script(string name, string text)
    {
        File.WriteAllText(_machine.At(name), $"#!/bin/sh\ncd '{_machine.Folder}' || exit 99\n{text}\n");
        _machine.Shell($"chmod 700 {name}");
    }
}
