using Coffer.Agent.Backups;
using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.FileSystem.Snapshots.Lvm;
using Coffer.Unit.FileSystem;
using Coffer.Unit.FileSystem.Snapshots;

namespace Coffer.Unit.Agent.Jobs;

/// <summary>Whole jobs over the frozen copy of a real file system, mounted as a snapshot of LVM is.</summary>
public sealed class FrozenVolumeTests
{
    [Theory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    public async Task Run_OfAVolumeThatGoesOnChanging_ReadsWhatWasThereWhenItWasFrozen(string type)
    {
        using var scene = new JobScene();
        using var volume = new FrozenCopy(type);
        string folder = Directory.CreateDirectory(Path.Combine(volume.Folder, "data")).FullName;
        for (int i = 0; i < 50; i++) await File.WriteAllTextAsync(Path.Combine(folder, $"file-{i}"), $"before {i}");
        // Written a moment ago, and one that is gone but open: what the journal has to deal with.
        using var open = File.Create(Path.Combine(folder, "open"));
        open.Write(new byte[100_000]);
        open.Flush();
        File.Delete(open.Name);
        scene.Data = folder;
        scene.InPhase = phase =>
        {
            if (phase != BackupPhase.Transferring) return;
            foreach (string file in Directory.GetFiles(folder)) File.Delete(file);
            File.WriteAllText(Path.Combine(folder, "later"), "after");
        };

        var result = await RunAsync(scene, volume);

        result.Report.State.ShouldBe(JobState.Completed, string.Join('\n', result.Report.Findings));
        result.Total.Files.ShouldBe(50);
        result.Total.Bytes.ShouldBe(Enumerable.Range(0, 50).Sum(i => $"before {i}".Length));
        volume.IsHeld.ShouldBeFalse("nothing keeps the snapshot");
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe(["later"]);

        // The next run compares with it by the same inodes.
        scene.InPhase = _ => { };
        (await RunAsync(scene, volume)).Total.Files.ShouldBe(1);
    }

    [Fact]
    public async Task Run_OfAVolumeWithAnotherOnIt_LeavesOutWhatThatHides()
    {
        using var scene = new JobScene();
        using var volume = new FrozenCopy("ext4");
        string on = Directory.CreateDirectory(Path.Combine(volume.Folder, "data/on")).FullName;
        await File.WriteAllTextAsync(Path.Combine(volume.Folder, "data/seen"), "1");
        await File.WriteAllTextAsync(Path.Combine(volume.Folder, "data/on-the-side"), "22");
        await File.WriteAllTextAsync(Path.Combine(on, "hidden"), "333");
        scene.Data = Path.Combine(volume.Folder, "data");
        ReadingTests.Run("mount", "-t", "tmpfs", "none", on);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(on, "above"), "4444");
            var result = await RunAsync(scene, volume);
            result.Report.State.ShouldBe(JobState.Completed, string.Join('\n', result.Report.Findings));
            result.Sources.Select(source => source.Result!.Statistics.Bytes).ShouldBe([3, 4]);
        }
        finally
        {
            ReadingTests.Run("umount", on);
        }
    }

    private static Task<BackupJobResult> RunAsync(JobScene scene, FrozenCopy volume) => scene.RunAsync(
        request => request with
        {
            SnapshotsOf = mount => mount.FileSystemType == volume.Mount.FileSystemType
                ? new LvmSnapshots(FrozenCopy.Id, volume)
                : null,
        });
}
