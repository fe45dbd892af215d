namespace Coffer.EndToEnd.Snapshots;

/// <summary>
/// Backups of real logical volumes, thick and thin. They skip themselves where there is no device-mapper;
/// docs/support.md tells whether they ever ran.
/// </summary>
public sealed class LvmTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly string _group = $"coffer{Guid.NewGuid():n}"[..14];
    private string _device = "";

    private string Volume => _machine.At("volume");

    public void Dispose()
    {
        _machine.Shell("umount volume");
        if (_device.Length > 0)
            _machine.Shell($"vgremove -ff -y {_group}; pvremove -ff -y {_device}; losetup -d {_device}");
        _machine.Dispose();
    }

    [Theory]
    [InlineData("ext4", false)]
    [InlineData("xfs", false)]
    [InlineData("ext4", true)]
    public void Backup_OfALogicalVolume_ReadsASnapshotAndRemovesIt(string type, bool isThin)
    {
        Make(type, isThin, "600m");
        File.WriteAllText(Path.Combine(Volume, "file"), "text");
        // As a run leaves it that was killed, and as somebody makes one.
        string leftOver = $"coffer.4194303.1.{Guid.NewGuid():n}.01234567";
        foreach (string name in new[] { leftOver, "by-hand" })
            Need($"lvcreate -s -kn {(isThin ? "" : "-L 16m")} -n {name} {_group}/data");

        var backup = Protect("required");

        backup.ExitCode.ShouldBe(0, backup.ToString());
        _machine.Json("point", "show", "latest").Result.GetProperty("readFrom").GetString().ShouldBe("snapshot");
        string left = _machine.Shell($"lvs --noheadings -o lv_name {_group}").Output;
        left.ShouldContain("by-hand");
        left.ShouldNotContain("coffer.");
        _machine.Json("restore", Path.Combine(Volume, "file"), "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        File.ReadAllText(_machine.At("out/file")).ShouldBe("text");
    }

    [Fact]
    public void Backup_WithoutRoomForASnapshot_TellsItAndReadsLiveFilesUnlessOneIsRequired()
    {
        Make("ext4", isThin: false, "1016m"); // of 1020 MiB
        File.WriteAllText(Path.Combine(Volume, "file"), "text");
        var failed = Protect("required");
        failed.ExitCode.ShouldBe(1, failed.ToString());
        failed.Code.ShouldBe("snapshot.failed");
        failed.Output.ShouldContain($"the volume group {_group} has");
        Apply("when-possible");
        _machine.Json("backup").ExitCode.ShouldBe(3);
    }

    private Run Protect(string snapshots)
    {
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        _machine.Json(
            "protect", Volume, "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase, "--no-backup")
            .ExitCode.ShouldBe(0);
        Apply(snapshots);
        return _machine.Json("backup");
    }

    private void Apply(string snapshots)
    {
        File.WriteAllText(_machine.At("policy.yaml"), $"paths: [\"{Volume}\"]\nsnapshots: {snapshots}\n");
        var applied = _machine.Json("policy", "apply", _machine.At("policy.yaml"));
        applied.ExitCode.ShouldBe(0, applied.ToString());
    }

    private void Make(string type, bool isThin, string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        if (!File.Exists("/dev/mapper/control")) Assert.Skip("no device-mapper here");
        Need("truncate -s 1g disk.img && mkdir volume && losetup --find --show disk.img > device");
        _device = File.ReadAllText(_machine.At("device")).Trim();
        Need($"pvcreate -q {_device} && vgcreate -q {_group} {_device}");
        Need(isThin
            ? $"lvcreate -q -y -L 700m -T {_group}/pool && lvcreate -q -y -V {size} -T {_group}/pool -n data"
            : $"lvcreate -q -y -L {size} -n data {_group}");
        Need($"mkfs.{type} -q /dev/{_group}/data && mount /dev/{_group}/data volume");
    }

    private void Need(string script)
    {
        var run = _machine.Shell(script);
        if (run.ExitCode != 0) Assert.Skip($"{script}: {run}");
    }
}
