namespace Coffer.EndToEnd.Limits;

/// <summary>A vault that cannot be written: what reads works, what writes says why.</summary>
public sealed class ReadOnlyVaultTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Commands_OnAVaultMountedForReadingOnly_ReadOrSayWhy()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        Prepare();
        disk.Remount("ro");
        ShouldRead();
        ShouldRefuse("store.read-only");
        disk.Remount("rw");
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("vault", "check").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Scrub_OfADamagedVaultMountedForReadingOnly_TellsTheDamageAndThatItCouldNotBeMended()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        Prepare();
        string pack = _machine.Stored("packs", isLargest: true);
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(pack, bytes);
        disk.Remount("ro");
        var scrub = _machine.Json("vault", "scrub");
        scrub.ExitCode.ShouldBe(3, scrub.ToString());
        scrub.Output.ShouldContain("store.read-only");
        scrub.Output.ShouldContain("pack.damaged");
        disk.Remount("rw");
        _machine.Json("vault", "scrub").ExitCode.ShouldBe(3);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("vault", "check").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Commands_ByItsOwnerWithoutTheRightToWrite_ReadOrSayWhy()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "becoming another user needs root");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is not installed");
        _machine.Write("a", "a");
        _machine.Shell("chmod 755 . data; mkdir -m 777 theirs; echo 'correct horse battery staple' > passphrase");
        _machine.Shell("chmod 644 passphrase data/a; cd theirs && setpriv --reuid 12345 --regid 12345 --clear-groups"
            + " $coffer protect ../data --home home --vault vault --passphrase-file ../passphrase")
            .ExitCode.ShouldBe(0);
        _machine.Shell("chmod -R a-w theirs/vault");
        foreach (string command in (string[])["status", "points", "verify --data", "vault check", "vault scrub"])
            Theirs(command).ExitCode.ShouldBe(0, command);
        foreach (string command in (string[])["backup", "vault collect", "vault recover", "vault time confirm"])
        {
            var run = Theirs(command);
            run.ExitCode.ShouldBe(1, run.ToString());
            run.Code.ShouldBeOneOf("store.read-only", "store.denied");
        }
        _machine.Shell("chmod -R u+w theirs/vault");
        Theirs("backup").ExitCode.ShouldBe(0);
        Theirs("vault check").ExitCode.ShouldBe(0);
    }

    private void Prepare()
    {
        _machine.Shell("head -c 3000000 /dev/urandom > data/big");
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Write("a", "b");
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    private void ShouldRead()
    {
        string point = _machine.Json("points").Events.Last().GetProperty("point").GetString()!;
        string file = Path.Combine(_machine.Data, "a");
        string first = _machine.Json("points").Events.First().GetProperty("point").GetString()!;
        string[][] reading =
        [
            ["status"], ["points"], ["point", "show", point], ["ls", _machine.Data], ["find", "a"], ["versions", file],
            ["diff", first, point], ["verify"], ["verify", "--data"], ["restore", file, "--to", _machine.At("out")],
            ["vault"], ["vault", "check"], ["vault", "scrub"], ["vault", "time"], ["policy"], ["job"],
        ];
        foreach (string[] command in reading)
        {
            var run = _machine.Json(command);
            run.ExitCode.ShouldBe(0, $"{string.Join(' ', command)}: {run}");
        }
        File.ReadAllText(_machine.At("out/a")).ShouldBe("b");
    }

    private void ShouldRefuse(string code)
    {
        string[][] writing =
        [
            ["backup"], ["protect", _machine.At("home")[..^4] + "more"], ["policy", "remove", _machine.Data],
            ["passphrase", "change", "--generate"],
            ["vault", "collect"], ["vault", "recover"], ["vault", "time", "confirm"],
        ];
        Directory.CreateDirectory(_machine.At("more"));
        foreach (string[] command in writing)
        {
            var run = _machine.Json(command);
            run.ExitCode.ShouldBe(1, $"{string.Join(' ', command)}: {run}");
            run.Code.ShouldBe(code, $"{string.Join(' ', command)}: {run}");
            run.Result.GetProperty("guidance").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    private Run Theirs(string command) => _machine.Shell(
        $"cd theirs && setpriv --reuid 12345 --regid 12345 --clear-groups $coffer {command} --home home --json");
}
