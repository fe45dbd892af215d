using System.Text;
using Coffer.Agent.LocalPoints;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;

namespace Coffer.Unit.Agent.LocalPoints;

public sealed class LocalPointRulesTests
{
    private static readonly SourceId s_ours = SourceId.New(), s_others = SourceId.New();
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 20, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "0 1 2 3")]
    [InlineData(1, "0 1 2")]
    [InlineData(3, "0")]
    [InlineData(4, "")]
    [InlineData(10, "")]
    public void Surplus_OfASource_AreItsOldestFirst(int count, string expected)
    {
        var names = Taken(3, 0, 2, 1);
        LocalPointName[] all = [.. names, LocalPointName.New(s_others, s_start)];
        Hours(LocalPointRules.Surplus(all, s_ours, count, null, s_start.AddHours(9))).ShouldBe(expected);
    }

    [Theory]
    [InlineData(1, "1 2 3")]
    [InlineData(2, "1 2")]
    [InlineData(4, "")]
    public void Surplus_WithTheClockSetBack_NeverHoldsTheOneJustTaken(int count, string expected)
    {
        var names = Taken(0, 1, 2, 3);
        Hours(LocalPointRules.Surplus(names, s_ours, count, names[0], s_start)).ShouldBe(expected);
    }

    [Fact]
    public void Surplus_WithOneFromTheFuture_HoldsThatTheOldest()
    {
        var ahead = LocalPointName.New(s_ours, s_start.AddYears(4));
        LocalPointName[] names = [ahead, .. Taken(0, 1, 2)];
        LocalPointRules.Surplus(names, s_ours, 2, null, s_start.AddHours(2))[0].ShouldBe(ahead);
    }

    [Theory]
    [InlineData(100, 1000, true)]
    [InlineData(99, 1000, false)]
    [InlineData(0, 1000, false)]
    [InlineData(long.MaxValue, long.MaxValue, true)]
    public void HasRoom_WithATenthFree_Has(long free, long total, bool has) =>
        LocalPointRules.HasRoom(new VolumeSpace(free, total)).ShouldBe(has);

    [Theory]
    [InlineData("ext4", SnapshotUse.WhenPossible, "btrfs and ZFS alone")]
    [InlineData("lvm", SnapshotUse.WhenPossible, "slow down each write")]
    [InlineData("odd", SnapshotUse.WhenPossible, "it is odd")]
    [InlineData("btrfs", SnapshotUse.Off, "the policy takes no snapshots")]
    [InlineData("btrfs", SnapshotUse.Required, null)]
    public void ReasonAgainst_AVolume_IsTold(string kind, SnapshotUse use, string? reason)
    {
        var scene = new KeptDouble { Objection = kind == "odd" ? "it is odd" : null, IsKeeping = kind != "lvm" };
        var policy = ProtectionPolicy.Empty("UTC") with { Snapshots = use };
        string? told = LocalPointRules.ReasonAgainst(
            MountTable.Parse(Encoding.UTF8.GetBytes($"29 1 0:45 / /data rw - {kind} /dev/a rw\n")).Mounts[0],
            kind == "ext4" ? null : scene, policy);
        if (reason is null) told.ShouldBeNull();
        else told.ShouldNotBeNull().ShouldContain(reason);
    }

    private static LocalPointName[] Taken(params int[] hours) =>
        [.. hours.Select(hour => LocalPointName.New(s_ours, s_start.AddHours(hour)))];

    private static string Hours(IEnumerable<LocalPointName> names) =>
        string.Join(' ', names.Select(name => (int)(name.TakenAt - s_start).TotalHours));
}
