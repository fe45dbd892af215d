using System.Runtime.Versioning;
using System.Text;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Restores;
using Coffer.Agent.Restores.Local;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.LocalPoints;

/// <summary>Restores from a snapshot that are cut off in the middle of a nested tree, and given again.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LocalResumeTests : IDisposable
{
    private const string Deep = "tree/a/b/c";
    private const int Files = 30;

    private static readonly DateTime s_modified = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();
    private readonly LocalPoint _point;
    private readonly MountTable _mounts;

    public LocalResumeTests()
    {
        string live = _folder.AddFolder("live");
        _mounts = MountTable.Parse(Encoding.UTF8.GetBytes(
            $"20 1 0:40 / / rw - ext4 /dev/r rw\n29 20 0:45 / {live} rw - btrfs /dev/a rw\n"));
        var name = LocalPointName.New(SourceId.New(), new DateTimeOffset(2026, 3, 1, 20, 15, 0, TimeSpan.Zero));
        var snapshots = new KeptDouble();
        snapshots.Folders.Add(name, _folder.AddFolder("frozen"));
        var mount = _mounts.Mounts.Single(mount => PathText.Render(mount.MountPoint) == live);
        _point = new LocalPoint(name, live, mount, snapshots, false);
        _folder.AddFolder("journal");
        _folder.AddFile("frozen/tree/0-before", "before");
        for (int i = 0; i < Files; i++) _folder.AddFile($"frozen/{Deep}/f{i:d2}", Content(i));
        _folder.AddFile("frozen/tree/z/after", "after");
        foreach (string folder in Folders)
        {
            File.SetUnixFileMode(_folder.At($"frozen/{folder}"), ModeOf(folder));
            Directory.SetLastWriteTimeUtc(_folder.At($"frozen/{folder}"), s_modified);
        }
    }

    private static string[] Folders => [Deep, "tree/a/b", "tree/a", "tree/z", "tree"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, IfExists.Copy)]
    [InlineData(60, IfExists.Copy)]
    [InlineData(1, IfExists.Skip)]
    public async Task Run_CancelledAndGivenAgain_GoesOnWithoutCopies(int secondsAStep, IfExists ifExists)
    {
        await CancelAsync(secondsAStep, ifExists);
        ShouldHaveMetadata(Deep, "tree/a/b", "tree/a", "tree");

        var result = await RestoreAsync(ifExists);

        result.IsResumed.ShouldBeTrue();
        ShouldBeComplete(result);
        Directory.GetFiles(_folder.At("journal")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_AtAFaultAndGivenAgain_GoesOnWithoutCopies()
    {
        var full = FaultException.Failed("restore.no-space", "The target is full.");
        var thrown = await Should.ThrowAsync<FaultException>(() => RestoreAsync(
            progress: new AtFile(10, () => throw full), time: new Hasty(1)));
        thrown.ShouldBe(full);
        ShouldHaveMetadata(Deep, "tree/a/b", "tree/a", "tree");
        ShouldBeComplete(await RestoreAsync());
    }

    [Fact]
    public async Task Run_CancelledWithoutAJournal_LeavesWholeFilesAndFinishedFolders()
    {
        await CancelAsync(1, with: request => request with { JournalFolder = null });
        ShouldHaveMetadata(Deep, "tree/a/b", "tree/a", "tree");
        string[] there = Directory.GetFiles(_folder.At($"out/{Deep}"));
        there.Length.ShouldBeInRange(5, Files - 1);
        foreach (string file in there)
            File.ReadAllText(file).ShouldBe(Content(int.Parse(Path.GetFileName(file)[1..], null)));
    }

    [Theory]
    [InlineData(IfExists.Copy)]
    [InlineData(IfExists.Skip)]
    public async Task Run_KilledAndGivenAgain_ReplacesTheTorsoAndFinishesTheFolders(IfExists ifExists)
    {
        await KillAsync(ifExists);
        ShouldBeComplete(await RestoreAsync(ifExists));
    }

    [Fact]
    public async Task Run_KilledAndRestarted_TakesNothingForItsOwn()
    {
        await KillAsync(IfExists.Copy);
        var result = await RestoreAsync(with: request => request with { IsRestart = true });
        (result.IsResumed, result.Copies).ShouldBe((false, 1));
        File.ReadAllText(_folder.At($"out/{Deep}/f03")).ShouldBe(Content(3)[..4]);
    }

    [Fact]
    public async Task Run_OfAnotherRequestThanTheKilledOne_TakesNothingForItsOwn()
    {
        await KillAsync(IfExists.Copy);
        var result = await RestoreAsync(IfExists.Skip);
        result.IsResumed.ShouldBeFalse();
        File.ReadAllText(_folder.At($"out/{Deep}/f03")).ShouldBe(Content(3)[..4]);
    }

    [Fact]
    public async Task Run_SomebodysFileCameMeanwhile_IsNotReplaced()
    {
        await CancelAsync(1);
        _folder.AddFile("out/tree/z/after", "mine");
        (await RestoreAsync()).Copies.ShouldBe(1);
        File.ReadAllText(_folder.At("out/tree/z/after")).ShouldBe("mine");
    }

    private static string Content(int number) => $"content of file {number}";

    private static UnixFileMode ModeOf(string folder) => UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | (folder.Length % 2 == 0 ? UnixFileMode.OtherRead : UnixFileMode.None);

    private async Task CancelAsync(
        int secondsAStep, IfExists ifExists = IfExists.Copy,
        Func<LocalRestoreRequest, LocalRestoreRequest>? with = null)
    {
        using var cancel = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => RestoreAsync(
            ifExists, new AtFile(10, cancel.Cancel), new Hasty(secondsAStep), with, cancel.Token));
    }

    // A kill gives no time for what a cancelled run does at its end: that is taken back.
    private async Task KillAsync(IfExists ifExists)
    {
        await CancelAsync(1, ifExists);
        File.WriteAllText(_folder.At($"out/{Deep}/f03"), Content(3)[..4]);
        foreach (string folder in Folders.Where(folder => Directory.Exists(_folder.At($"out/{folder}"))))
        {
            File.SetUnixFileMode(_folder.At($"out/{folder}"), (UnixFileMode)0x1c0);
            Directory.SetLastWriteTimeUtc(_folder.At($"out/{folder}"), DateTime.UtcNow);
        }
    }

    private Task<RestoreResult> RestoreAsync(
        IfExists ifExists = IfExists.Copy, IProgress<RestoreProgress>? progress = null, TimeProvider? time = null,
        Func<LocalRestoreRequest, LocalRestoreRequest>? with = null, CancellationToken cancellation = default)
    {
        var request = new LocalRestoreRequest
        {
            Points = [_point],
            Mounts = _mounts,
            Paths = [Encoding.UTF8.GetBytes(_folder.At("live/tree"))],
            TargetFolder = Encoding.UTF8.GetBytes(_folder.At("out")),
            IfExists = ifExists,
            JournalFolder = _folder.At("journal"),
        };
        return new LocalRestoreRun(with?.Invoke(request) ?? request, time ?? TimeProvider.System)
            .RunAsync(progress, cancellation);
    }

    private void ShouldBeComplete(RestoreResult result)
    {
        result.Findings.ShouldBeEmpty();
        (result.Copies, result.Skipped, result.Files + result.Equal).ShouldBe((0, 0, Files + 2));
        for (int i = 0; i < Files; i++) File.ReadAllText(_folder.At($"out/{Deep}/f{i:d2}")).ShouldBe(Content(i));
        Directory.GetFileSystemEntries(_folder.At($"out/{Deep}")).Length.ShouldBe(Files);
        File.ReadAllText(_folder.At("out/tree/z/after")).ShouldBe("after");
        ShouldHaveMetadata(Folders);
    }

    private void ShouldHaveMetadata(params string[] folders)
    {
        foreach (string folder in folders)
        {
            SystemPaths.Stat(Encoding.UTF8.GetBytes(_folder.At($"out/{folder}")), out var found)
                .IsError.ShouldBeFalse();
            ((UnixFileMode)found.Mode, found.Modified.Seconds)
                .ShouldBe((ModeOf(folder), new DateTimeOffset(s_modified).ToUnixTimeSeconds()), folder);
        }
    }

    /// <summary>Does something once so many files are through; nothing is told later.</summary>
    private sealed class AtFile(int number, Action act) : IProgress<RestoreProgress>
    {
        public void Report(RestoreProgress value)
        {
            if (value.Files == number) act();
        }
    }

    /// <summary>So many seconds between two looks: with each entry it is time for progress, or for a note.</summary>
    private sealed class Hasty(int seconds) : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, seconds * TimestampFrequency);
    }
}
