namespace Coffer.EndToEnd.Fidelity;

public sealed class BtrfsTests
{
    private const string Folder = ".coffer-snapshots";

    [Fact]
    public async Task Backup_OfABtrfsVolume_ReadsASnapshotAndRemovesIt()
    {
        using var scratch = new ScratchFolder();
        await using var volume = await ScratchVolume.MakeAsync("btrfs", scratch.Path, "volume");
        string file = Path.Combine(volume.MountPoint, "file");
        await File.WriteAllTextAsync(file, "text", TestContext.Current.CancellationToken);
        string folder = Path.Combine(volume.MountPoint, Folder);
        (await CommandLine.RunAsync("mkdir", "-m", "700", folder)).ShouldExitWith(0);
        // As a run leaves it that was killed: no process has this number and start.
        string leftOver = Path.Combine(folder, $"4194303-1-{Guid.NewGuid():n}-{Guid.NewGuid():n}");
        string others = Path.Combine(folder, "kept-by-hand");
        foreach (string path in new[] { leftOver, others })
        {
            string[] snapshot = ["subvolume", "snapshot", "-r", volume.MountPoint, path];
            (await CommandLine.RunAsync("btrfs", snapshot)).ShouldExitWith(0);
        }

        using var backup = await CommandResult.OfAsync([0], "protect", volume.MountPoint, "--home", scratch.Home);

        using var point = await CommandResult.OfAsync([0], "point", "show", "latest", "--home", scratch.Home);
        point.Text("readFrom").ShouldBe("snapshot");
        Directory.EnumerateFileSystemEntries(folder).ShouldBe([others], "its own are removed, others' are not");
        point.Number("folders").ShouldBe(1, "the folder of snapshots is left out");
        Directory.CreateDirectory(scratch.Of("target"));
        (await CommandLine.CofferAsync("restore", file, "--to", scratch.Of("target"), "--home", scratch.Home))
            .ShouldExitWith(0);
        string restored = await File.ReadAllTextAsync(scratch.Of("target/file"), TestContext.Current.CancellationToken);
        restored.ShouldBe("text");
    }

    [Fact]
    public async Task Backup_OfAVolumeWithANestedSubvolume_WarnsByItsName()
    {
        using var scratch = new ScratchFolder();
        await using var volume = await ScratchVolume.MakeAsync("btrfs", scratch.Path, "volume");
        string nested = Path.Combine(volume.MountPoint, "data/nested");
        Directory.CreateDirectory(Path.GetDirectoryName(nested)!);
        (await CommandLine.RunAsync("btrfs", "subvolume", "create", nested)).ShouldExitWith(0);

        var backup = await CommandLine.CofferAsync(
            "protect", Path.Combine(volume.MountPoint, "data"), "--home", scratch.Home);

        backup.ShouldExitWith(3).All.ShouldContain("nested");
        backup.All.ShouldContain("subvolume");
    }
}
