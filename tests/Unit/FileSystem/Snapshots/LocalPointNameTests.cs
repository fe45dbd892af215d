using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Snapshots;
using Coffer.FileSystem.Snapshots.Keeping;

namespace Coffer.Unit.FileSystem.Snapshots;

public sealed class LocalPointNameTests
{
    private static readonly SourceId s_source = SourceId.Parse("0123456789abcdef0123456789abcdef");
    private static readonly DateTimeOffset s_time = new(2026, 3, 1, 20, 15, 9, 750, TimeSpan.FromHours(1));

    [Fact]
    public void New_AndParse_GiveTheSame()
    {
        var name = LocalPointName.New(s_source, s_time);
        name.ToString().ShouldStartWith("coffer.local.0123456789abcdef0123456789abcdef.20260301T191509750Z.");
        LocalPointName.Parse(name.ToString()).ShouldBe(name);
        name.TakenAt.ShouldBe(s_time);
        LocalPointName.New(s_source, s_time).ShouldNotBe(name, "each is one of its own");
    }

    [Theory]
    [InlineData("")]
    [InlineData("by-hand")]
    [InlineData("coffer.local")]
    [InlineData("coffer.local.0123456789abcdef0123456789abcdef.20260301T191509000Z")]
    [InlineData("coffer.local.0123456789abcdef0123456789abcdef.20260301T191509000Z.0123456")]
    [InlineData("coffer.local.0123456789abcdef0123456789abcdef.20260301T191509000Z.0123456X")]
    [InlineData("coffer.local.0123456789abcdef0123456789abcdef.20260301T191509000Z.01234567.old")]
    [InlineData("coffer.local.0123456789ABCDEF0123456789abcdef.20260301T191509000Z.01234567")]
    [InlineData("coffer.local.0123456789abcdef.20260301T191509000Z.01234567")]
    [InlineData("coffer.local.0123456789abcdef0123456789abcdef.20261301T191509000Z.01234567")]
    [InlineData("coffer.local.0123456789abcdef0123456789abcdef.2026-03-01T191509000Z.01234567")]
    [InlineData("Coffer.local.0123456789abcdef0123456789abcdef.20260301T191509000Z.01234567")]
    [InlineData("coffer.kept.0123456789abcdef0123456789abcdef.20260301T191509000Z.01234567")]
    public void Parse_NamesOfOthers_AreNone(string name) => LocalPointName.Parse(name).ShouldBeNull();

    [Fact]
    public void Names_OfRunsAndOfLocalPoints_AreNeverTakenForEachOther()
    {
        var gone = MachineFacts.ThisProcess with { StartTicks = MachineFacts.ThisProcess.StartTicks + 1 };
        string[] ofRuns = [SnapshotName.New(gone), BtrfsSnapshots.NameOf(gone)];
        ofRuns.ShouldAllBe(name => LocalPointName.Parse(name) == null);
        string local = LocalPointName.New(s_source, s_time).ToString();
        SnapshotName.IsLeftOver(local).ShouldBeFalse();
        BtrfsSnapshots.IsLeftOver(System.Text.Encoding.ASCII.GetBytes(local)).ShouldBeFalse();
    }
}
