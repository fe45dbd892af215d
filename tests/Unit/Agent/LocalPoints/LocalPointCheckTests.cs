using System.Text;
using Coffer.Agent.Doctor;
using Coffer.Agent.Homes;
using Coffer.Agent.LocalPoints;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots.Keeping;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.LocalPoints;

/// <summary>What the doctor and a listing tell of local points.</summary>
public sealed class LocalPointCheckTests : IDisposable
{
    private static readonly DateTimeOffset s_time = new(2026, 3, 1, 20, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly KeptDouble _snapshots = new();
    private readonly AgentHome _home;
    private readonly MountTable _mounts;

    public LocalPointCheckTests()
    {
        _home = new AgentHome(_folder.At("home"));
        _home.Prepare();
        _home.WritePolicy(ProtectionPolicy.Empty("UTC") with { Items = [new PolicyItem(_folder.PathBytes)] });
        _mounts = MountTable.Parse(Encoding.UTF8.GetBytes(
            $"29 1 0:45 / {_folder.Path} rw - btrfs /dev/a rw\n30 1 0:45 / /elsewhere rw - btrfs /dev/a rw\n"));
    }

    private static CancellationToken Never => CancellationToken.None;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Look_AtNone_IsGood() => (await LookAsync()).ShouldBe(CheckResult.Good("none"));

    [Fact]
    public async Task Look_AtSome_TellsHowManyOfThisHomeAndTheOldest()
    {
        var own = new KnownSource(SourceId.New(), "own", Volume());
        _home.WriteSources([own]);
        _snapshots.Points.AddRange(
            [
                LocalPointName.New(own.Id, s_time.AddDays(1)), LocalPointName.New(own.Id, s_time),
                LocalPointName.New(SourceId.New(), s_time.AddDays(-1)),
            ]);
        (await LookAsync()).ShouldBe(CheckResult.Good("2, the oldest of 2026-03-01 20:00:00Z"));
        _home.WriteSettings(new AgentSettings { LocalPoints = 3 });
        (await LookAsync()).Found.ShouldEndWith("; 3 of each volume stay");
    }

    [Fact]
    public async Task Look_WhereAVolumeCannot_NotesWhy()
    {
        _home.WriteSettings(new AgentSettings { LocalPoints = 3 });
        var found = await LocalPointChecks.LookAsync(_home, _mounts, _ => null, Never);
        found.Grade.ShouldBe(CheckGrade.Note);
        found.Found.ShouldContain($"of {_folder.Path}: the volume is btrfs");
    }

    [Fact]
    public async Task Search_OfAVolumeMountedTwice_KnowsThePointAtBothAndCountsItOnce()
    {
        var source = new KnownSource(SourceId.New(), "known", Volume());
        _snapshots.Points.Add(LocalPointName.New(source.Id, s_time));
        _snapshots.Points.Add(LocalPointName.New(SourceId.New(), s_time.AddDays(-1)));
        var search = new LocalPointSearch([source], _ => _snapshots);
        var listing = await search.RunAsync(_mounts.Mounts, Never);
        listing.Points.Count.ShouldBe(4);
        listing.Distinct.Select(point => point.Label).ShouldBe(
            [PathText.Render(_mounts.Mounts[0].MountPoint), "known"], "the oldest first");
    }

    private static Coffer.Format.Points.VolumeDescription Volume() => new("btrfs", "", "", [], []);

    private Task<CheckResult> LookAsync() => LocalPointChecks.LookAsync(_home, _mounts, _ => _snapshots, Never);
}
