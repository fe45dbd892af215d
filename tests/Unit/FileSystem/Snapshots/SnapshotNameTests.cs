using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Unit.FileSystem.Snapshots;

public sealed class SnapshotNameTests
{
    private static readonly ProcessIdentity s_self = MachineFacts.ThisProcess;

    [Fact]
    public void IsLeftOver_NamesOfOurs_DependOnTheirProcess()
    {
        SnapshotName.IsLeftOver(SnapshotName.New(s_self)).ShouldBeFalse();
        SnapshotName.IsLeftOver(SnapshotName.New(s_self with { StartTicks = s_self.StartTicks + 1 })).ShouldBeTrue();
        SnapshotName.IsLeftOver(SnapshotName.New(s_self with { BootId = Guid.NewGuid().ToString() })).ShouldBeTrue();
    }

    [Theory]
    [InlineData("root")]
    [InlineData("")]
    [InlineData("coffer")]
    [InlineData("coffer.1.1.0123456789abcdef0123456789abcdef")]
    [InlineData("coffer.1.1.0123456789abcdef0123456789abcdef.0123456")]
    [InlineData("coffer.1.1.0123456789abcdef0123456789abcdef.0123456X")]
    [InlineData("coffer.-1.1.0123456789abcdef0123456789abcdef.01234567")]
    [InlineData("coffer.1.1.0123456789abcdef.01234567")]
    [InlineData("Coffer.1.1.0123456789abcdef0123456789abcdef.01234567")]
    [InlineData("coffer.1.1.0123456789abcdef0123456789abcdef.01234567.kept")]
    [InlineData("other.1.1.0123456789abcdef0123456789abcdef.01234567")]
    public void IsLeftOver_NamesOfOthers_AreNone(string name) => SnapshotName.IsLeftOver(name).ShouldBeFalse();

    [Fact]
    public void New_LongestProcess_FitsADevicesName()
    {
        string name = SnapshotName.New(new ProcessIdentity(4_194_303, s_self.BootId, 999_999_999_999));
        name.Length.ShouldBeLessThan(75);
        name.ShouldAllBe(sign => char.IsAsciiLetterOrDigit(sign) || sign == '.');
    }
}
