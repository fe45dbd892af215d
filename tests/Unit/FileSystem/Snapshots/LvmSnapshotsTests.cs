using System.Text;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Lvm;

namespace Coffer.Unit.FileSystem.Snapshots;

public sealed class LvmSnapshotsTests : IDisposable
{
    private const string Root = "Ab0Cd1-Ef2G-Hi3J-Kl4M-No5P-Qr6S-Tu7Vw8";

    private readonly TempFolder _folder = new();
    private readonly RecordedTool _tool = new();
    private readonly LvmSnapshots _snapshots;
    private readonly Mount _mount = MountOf("ext4");

    public LvmSnapshotsTests() => _snapshots =
        new LvmSnapshots(new LvmVolumeId(Root.Replace("-", "", StringComparison.Ordinal)), _tool);

    private static CancellationToken Never => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("LVM-0123456789abcdefghijklmnopqrstuvAb0Cd1Ef2GHi3JKl4MNo5PQr6STu7Vw8\n", true)]
    [InlineData("LVM-0123456789abcdefghijklmnopqrstuvAb0Cd1Ef2GHi3JKl4MNo5PQr6STu7Vw8-real\n", false)]
    [InlineData("CRYPT-LUKS2-0123456789abcdef0123456789abcdef-home\n", false)]
    [InlineData("mpath-3600508b4000156d700012000000b0000\n", false)]
    [InlineData("\n", false)]
    [InlineData(null, false)]
    public void VolumeId_OfADevice_IsTold(string? uuid, bool isLvm)
    {
        if (uuid is not null) _folder.AddFile("dev/block/253:0/dm/uuid", uuid);
        var id = LvmVolumeId.Of(_mount, _folder.Path);
        (id is not null).ShouldBe(isLvm);
        id?.IsOf(Root).ShouldBeTrue();
        id?.IsOf(Root.Replace('A', 'B')).ShouldBeFalse();
    }

    [Theory]
    [InlineData("ext4", true)]
    [InlineData("ext3", true)]
    [InlineData("xfs", true)]
    [InlineData("btrfs", false)]
    [InlineData("vfat", false)]
    public void CanSnapshot_FileSystem_IsOneThatIsKnownToBear(string type, bool can)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        _snapshots.CanSnapshot(MountOf(type), out _).ShouldBe(can);
    }

    [Fact]
    public void Parse_AReportOfTheTool_GivesWhatItSays()
    {
        // As lvm2 2.03.16 wrote it but for line breaks, on a machine without device-mapper: so the two X.
        const string report = """
              {
                  "report": [
                      {
                          "lv": [
                              {"lv_uuid":"3JslBc-EnDx-0e5T-hLHO-PTY5-7tJo-bTR9fj", "vg_name":"vg0", "lv_name":"root",
            "lv_attr":"-wi-XX----", "lv_size":"419430400", "origin":"", "pool_lv":"", "data_percent":"",
            "vg_free_count":"155", "vg_extent_size":"4194304", "lv_dm_path":"/dev/mapper/vg0-root"}
                          ]
                      }
                  ]
              }
            """;
        LogicalVolume.Parse(report).ShouldBe(
        [
            new LogicalVolume(
                "3JslBc-EnDx-0e5T-hLHO-PTY5-7tJo-bTR9fj", "vg0", "root", "-wi-XX----", 400 << 20, "", "", null, 155,
                4 << 20, "/dev/mapper/vg0-root"),
        ]);
    }

    [Fact]
    public async Task Create_WithoutRoom_MakesNoneAndTellsBothFigures()
    {
        _tool.On("lvs", Report(Volume("root", Root, "-wi-ao----", free: 1)));
        var attempt = await _snapshots.CreateAsync(_mount, Never);
        attempt.Snapshot.ShouldBeNull();
        attempt.Problem.ShouldBe("the volume group vg0 has 4 MiB free, and a snapshot of root needs 204 MiB");
        _tool.Calls.ShouldBe(["lvs …"]);
    }

    [Theory]
    [InlineData("-wi-ao----", "--extents 512 ")]
    [InlineData("Vwi-aotz--", "")]
    public async Task Create_ThickOrThin_AsksForJustThat(string attributes, string size)
    {
        _tool.On("lvs", Report(Volume("home", "", "-wi-ao----"), Volume("root", Root, attributes, free: 25000)));
        _tool.Fails("lvcreate", "lvcreate ended with 5: Snapshots of snapshots are not supported");
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldContain("not supported");
        _tool.Calls[1].ShouldStartWith($"lvcreate --snapshot --setactivationskip n {size}--name coffer.");
        _tool.Calls[1].ShouldEndWith(" --yes vg0/root");
        _tool.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Create_OfWhatCannotBeMounted_RemovesItAgain()
    {
        _tool.On("lvs", Report(Volume("root", Root, "-wi-ao----", free: 25000, path: "/dev/mapper/there-is-none")));
        _tool.On("lvcreate", "").On("lvremove", "");
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldContain("cannot be mounted");
        string name = _tool.Calls[1].Split(' ').Single(word => word.StartsWith("coffer.", StringComparison.Ordinal));
        _tool.Calls[^1].ShouldBe($"lvremove --yes vg0/{name}");
        _tool.Fails("lvremove", "busy");
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldContain("was left behind: busy");
    }

    [Fact]
    public async Task Create_CancelledOnceItIsMade_LeavesNoneBehind()
    {
        _tool.On("lvs", Report(Volume("root", Root, "-wi-ao----", free: 25000, path: "/dev/mapper/there-is-none")));
        _tool.On("lvcreate", "").On("lvremove", "");
        using var cancellation = new CancellationTokenSource();
        _tool.Happens = line => { if (line.StartsWith("lvcreate", StringComparison.Ordinal)) cancellation.Cancel(); };
        (await _snapshots.CreateAsync(_mount, cancellation.Token)).Snapshot.ShouldBeNull();
        _tool.Calls[^1].ShouldStartWith("lvremove --yes vg0/coffer.");
    }

    [Fact]
    public async Task Create_Cancelled_AsksNothingAndMakesNone()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _snapshots.CreateAsync(_mount, cancellation.Token));
        _tool.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("lvs")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"report": [{"lv": [{"lv_uuid": 1}]}]}""")]
    [InlineData("""{"report": [{"vg": []}]}""")]
    public async Task Create_WhenLvsAnswersSomethingElse_MakesNone(string output)
    {
        _tool.On("lvs", output);
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldContain("cannot be read");
        _tool.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Create_WithoutTheVolumeOrTheTools_MakesNone()
    {
        _tool.On("lvs", Report());
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldBe("lvs does not list the volume");
        _tool.Fails("lvs", "the tool lvs is not installed");
        (await _snapshots.CreateAsync(_mount, Never)).Problem.ShouldBe("the tool lvs is not installed");
        (await _snapshots.RemoveLeftOversAsync(_mount, Never)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RemoveLeftOvers_AmongOthers_RemovesThoseOfGoneRunsOfThisVolume()
    {
        var self = MachineFacts.ThisProcess;
        string gone = SnapshotName.New(self with { StartTicks = self.StartTicks + 1 });
        string busy = SnapshotName.New(self with { StartTicks = self.StartTicks + 2 });
        string elsewhere = SnapshotName.New(self with { StartTicks = self.StartTicks + 3 });
        _tool.On("lvs", Report(
            Volume("root", Root, "owi-aos---"),
            Volume(gone, "", "swi-Ios---", origin: "root", percent: "100.00"),
            Volume(busy, "", "swi-aos---", origin: "root", percent: "1.00"),
            Volume(SnapshotName.New(self), "", "swi-aos---", origin: "root", percent: "1.00"),
            Volume("before-update", "", "swi-a-s---", origin: "root", percent: "3.10"),
            Volume(elsewhere, "", "swi-a-s---", origin: "home", percent: "3.10")));
        _tool.On("lvremove", "").Fails($"lvremove --yes vg0/{busy}", "lvremove ended with 5");
        (await _snapshots.RemoveLeftOversAsync(_mount, Never)).ShouldBe([$"vg0/{busy}"]);
        _tool.Calls.Skip(1).ShouldBe([$"lvremove --yes vg0/{gone}", $"lvremove --yes vg0/{busy}"]);
    }

    [Theory]
    [InlineData("swi-aos---\", \"data_percent\": \"99.99", null)]
    [InlineData("swi-aos---\", \"data_percent\": \"100.00", "overflowed")]
    [InlineData("swi-aos---\", \"data_percent\": \"", "overflowed")]
    [InlineData("swi-Ios---\", \"data_percent\": \"100.00", "LVM calls its state 'swi-Ios---'")]
    [InlineData("Vwi-aotz--\", \"data_percent\": \"100.00", null)]
    [InlineData("Vwi-aotzF-\", \"data_percent\": \"10.00", "LVM calls its state")]
    [InlineData("Vwi---tz-k\", \"data_percent\": \"", "LVM calls its state")]
    [InlineData("swi\", \"data_percent\": \"1.00", "cannot be read")]
    public async Task Problem_OfASnapshotsState_IsToldBeforeAnythingIsMadeOfIt(string state, string? problem)
    {
        using var volume = new FrozenCopy("ext4");
        var snapshots = new LvmSnapshots(FrozenCopy.Id, volume);
        var attempt = await snapshots.CreateAsync(volume.Mount, Never);
        var snapshot = attempt.Snapshot.ShouldNotBeNull(attempt.Problem);
        volume.State = state;
        string? told = await snapshot.ProblemAsync(Never);
        await snapshot.DisposeAsync();
        if (problem is null) told.ShouldBeNull();
        else told.ShouldNotBeNull().ShouldContain(problem);
        volume.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task Create_OfAFolderMountedElsewhere_OpensJustThatFolder()
    {
        using var volume = new FrozenCopy("ext4");
        var bound = volume.Bind("data");
        await File.WriteAllTextAsync(Path.Combine(volume.Folder, "data", "inside"), "1", Never);
        await File.WriteAllTextAsync(Path.Combine(volume.Folder, "outside"), "2", Never);
        var attempt = await new LvmSnapshots(FrozenCopy.Id, volume).CreateAsync(bound, Never);
        await using (var snapshot = attempt.Snapshot.ShouldNotBeNull(attempt.Problem))
        {
            SystemPaths.Stat(bound.MountPoint, out var live).IsError.ShouldBeFalse();
            snapshot.Root.Metadata.Inode.ShouldBe(live.Inode);
        }
        volume.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task Create_OfAFolderThatIsAnotherNow_MakesNone()
    {
        using var volume = new FrozenCopy("ext4");
        var bound = volume.Bind("data");
        // Between the look at the mounts and the snapshot.
        Directory.Move(Path.Combine(volume.Folder, "data"), Path.Combine(volume.Folder, "moved"));
        Directory.CreateDirectory(Path.Combine(volume.Folder, "data"));
        var attempt = await new LvmSnapshots(FrozenCopy.Id, volume).CreateAsync(bound, Never);
        attempt.Snapshot.ShouldBeNull();
        attempt.Problem.ShouldContain("was moved meanwhile");
        volume.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task Create_OfAFolderBehindALink_FollowsNone()
    {
        using var volume = new FrozenCopy("ext4");
        var bound = volume.Bind("data");
        Directory.Move(Path.Combine(volume.Folder, "data"), Path.Combine(volume.Folder, "moved"));
        Directory.CreateSymbolicLink(Path.Combine(volume.Folder, "data"), "moved");
        var attempt = await new LvmSnapshots(FrozenCopy.Id, volume).CreateAsync(bound, Never);
        attempt.Snapshot.ShouldBeNull();
        attempt.Problem.ShouldContain("cannot be opened: Not a directory");
        volume.IsHeld.ShouldBeFalse();
    }

    private static Mount MountOf(string type) => MountTable.Parse(Encoding.UTF8.GetBytes(
        $"29 1 253:0 / / rw,relatime shared:1 - {type} /dev/mapper/vg0-root rw,errors=remount-ro")).Mounts.Single();

    private static string Volume(
        string name, string uuid, string attributes, string origin = "", string percent = "", long free = 12800,
        string path = "") =>
        $$"""
                      {"lv_uuid":"{{uuid}}", "vg_name":"vg0", "lv_name":"{{name}}", "lv_attr":"{{attributes}}",
        "lv_size":"10737418240", "origin":"{{origin}}", "pool_lv":"", "data_percent":"{{percent}}",
        "vg_free_count":"{{free}}", "vg_extent_size":"4194304", "lv_dm_path":"{{path}}"}
        """;

    private static string Report(params string[] volumes) =>
        $$"""
          {
              "report": [
                  {
                      "lv": [
        {{string.Join(",\n", volumes)}}
                      ]
                  }
              ]
          }
        """;
}
