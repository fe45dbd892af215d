namespace Coffer.EndToEnd.Snapshots;

/// <summary>
/// A backup of a real dataset. It skips itself where there is no ZFS; docs/support.md tells whether it ever ran.
/// </summary>
public sealed class ZfsTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly string _pool = $"coffer{Guid.NewGuid():n}"[..14];
    private bool _isMade;

    private string Volume => _machine.At("volume");

    public void Dispose()
    {
        if (_isMade) _machine.Shell($"zpool destroy -f {_pool}");
        _machine.Dispose();
    }

    [Fact]
    public void Backup_OfADataset_ReadsASnapshotAndRemovesIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        if (!File.Exists("/dev/zfs")) Assert.Skip("no ZFS here");
        var made = _machine.Shell(
            $"truncate -s 512m disk.img && zpool create -m \"$PWD/volume\" {_pool} \"$PWD/disk.img\"");
        if (made.ExitCode != 0) Assert.Skip($"no pool could be made: {made}");
        _isMade = true;
        File.WriteAllText(Path.Combine(Volume, "file"), "text");
        string leftOver = $"{_pool}@coffer.4194303.1.{Guid.NewGuid():n}.01234567";
        _machine.Shell($"zfs snapshot {leftOver} && zfs snapshot {_pool}@by-hand").ExitCode.ShouldBe(0);
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");

        var backup = _machine.Json(
            "protect", Volume, "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase);

        backup.ExitCode.ShouldBe(0, backup.ToString());
        _machine.Json("point", "show", "latest").Result.GetProperty("readFrom").GetString().ShouldBe("snapshot");
        _machine.Shell($"zfs list -H -t snapshot -o name -r {_pool}").Output.ShouldBe($"{_pool}@by-hand\n");
        _machine.Json("restore", Path.Combine(Volume, "file"), "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        File.ReadAllText(_machine.At("out/file")).ShouldBe("text");
    }
}
