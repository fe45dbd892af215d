namespace Coffer.EndToEnd.Limits;

/// <summary>No room on the vault's disk, in each phase: told, nothing lost, and gone on from.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly string[] s_full = ["store.full", "vault.full"];

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    /// <summary>From too small for an empty vault to enough for all but the reserve.</summary>
    [Theory]
    [InlineData("8k")]
    [InlineData("40k")]
    [InlineData("100k")]
    [InlineData("160k")]
    [InlineData("220k")]
    [InlineData("300k")]
    [InlineData("400k")]
    [InlineData("600k")]
    [InlineData("1200k")]
    public void Protect_InAVaultOfAnySize_SaysWhatIsFullAndTheSameCommandGoesOn(string size)
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, size);
        _machine.Write("a", "a");
        var full = _machine.Protect();
        full.ExitCode.ShouldBe(1, full.ToString());
        (s_full.Contains(CodeOf(full)) ? "" : full.ToString()).ShouldBeEmpty();
        full.Output.ShouldContain("Free space");
        disk.Remount("size=300m");
        var again = _machine.Protect();
        again.ExitCode.ShouldBe(0, again.ToString());
        ShouldBeWhole();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backup_DiskFullWhileItRuns_FailsAndTheNextGoesOn(bool hasCheckpoint)
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "400m");
        _machine.Shell("head -c 90000000 /dev/urandom > data/big; for i in $(seq 500); do echo $i > data/$i; done");
        _machine.Protect("--no-backup").ExitCode.ShouldBe(0);
        var running = new RunningCoffer(_machine, "backup");
        running.WaitFor("reading and transferring");
        running.Freeze();
        disk.Fill();
        running.Thaw();
        var full = running.End();
        full.ExitCode.ShouldBe(1, full.ToString());
        s_full.ShouldContain(CodeOf(full), full.ToString());
        if (hasCheckpoint) _machine.Json("backup").ExitCode.ShouldBe(1);
        _machine.Json("points").Result.GetProperty("points").GetInt32().ShouldBe(0);
        disk.Empty();
        _machine.Json("backup").ExitCode.ShouldBe(0);
        ShouldBeWhole();
    }

    [Fact]
    public void Care_OnAFullDisk_SaysSoOrGoesOnAndLosesNothing()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        // So many small packs that collection would make one of them, which takes room first.
        _machine.Write("0", "0");
        _machine.Protect().ExitCode.ShouldBe(0);
        for (int i = 1; i <= 16; i++)
        {
            _machine.Write($"{i}", $"{i}");
            _machine.Json("backup").ExitCode.ShouldBe(0);
        }
        disk.Fill();
        foreach (string command in (string[])["collect", "scrub", "check", "recover", "show"])
        {
            var run = _machine.Json("vault", command);
            bool isClear = run.ExitCode == 0 || (run.ExitCode == 1 && s_full.Contains(run.Code));
            isClear.ShouldBeTrue($"{command}: {run}");
        }
        _machine.Json("status").ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        disk.Empty();
        var collect = _machine.Json("vault", "collect");
        collect.ExitCode.ShouldBe(0, collect.ToString());
        collect.Result.GetProperty("removedPacks").GetInt32().ShouldBeGreaterThanOrEqualTo(16);
        ShouldBeWhole();
    }

    [Fact]
    public void Scrub_OfADamagedPackOnAFullDisk_TellsTheDamageAndMendsItWhenThereIsRoom()
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        _machine.Shell("head -c 9000000 /dev/urandom > data/big");
        _machine.Protect().ExitCode.ShouldBe(0);
        Flip(_machine.Stored("packs", isLargest: true), 4_000_000);
        disk.Fill();
        var full = _machine.Json("vault", "scrub");
        full.ExitCode.ShouldBeOneOf([1, 3], full.ToString());
        s_full.Any(code => full.Output.Contains(code, StringComparison.Ordinal)).ShouldBeTrue(full.ToString());
        disk.Empty();
        var scrub = _machine.Json("vault", "scrub");
        scrub.ExitCode.ShouldBe(3, scrub.ToString());
        scrub.Result.GetProperty("lost").GetInt32().ShouldBe(1);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        ShouldBeWhole();
    }

    [Theory]
    [InlineData("rm vault/catalog.db")]
    [InlineData("rm vault/catalog.db vault/keyspaces/*.db vault/vault.json")]
    public void Recover_OnAFullDisk_SaysSoAndTheSameCommandBringsAllBack(string harm)
    {
        using var disk = SmallDisk.Mount(_machine, _machine.Vault, "200m");
        _machine.Shell("head -c 9000000 /dev/urandom > data/big");
        _machine.Protect().ExitCode.ShouldBe(0);
        string before = Points();
        _machine.Shell(harm);
        disk.Fill();
        var full = _machine.Json("vault", "recover");
        full.ExitCode.ShouldBe(1, full.ToString());
        s_full.ShouldContain(full.Code, full.ToString());
        disk.Empty();
        var recover = _machine.Json("vault", "recover");
        recover.ExitCode.ShouldBe(0, recover.ToString());
        Points().ShouldBe(before);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        ShouldBeWhole();
    }

    // Without tags and ends: those the vault reckons again with the next backup.
    private string Points() => string.Join('\n', _machine.Json("points").Events
        .Select(point => $"{point.GetProperty("point")} {point.GetProperty("receivedAt")}"));

    private void ShouldBeWhole()
    {
        var check = _machine.Json("vault", "check");
        check.ExitCode.ShouldBe(0, check.ToString());
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    /// <summary>Of the command, or of the one data source that it could not back up.</summary>
    private static string CodeOf(Run run) => run.Result.TryGetProperty("code", out var code)
        ? code.GetString()!
        : run.Result.GetProperty("sources")[0].GetProperty("problem").GetProperty("code").GetString()!;

    private static void Flip(string path, long offset)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = offset;
        int old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 1));
    }
}
