using Coffer.Agent.Browsing;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Points;

namespace Coffer.Unit.Agent.Browsing;

public sealed class PointChooserTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MachineId Machine = MachineId.New();
    private static readonly SourceId A = SourceId.New(), B = SourceId.New();

    [Fact]
    public void Latest_TwoSources_GivesTheNewestOfEach() =>
        Ids(PointChooser.Latest([Point(1, A, 1, 0), Point(2, A, 2, 10), Point(3, B, 1, 5)])).ShouldBe([2, 3]);

    [Fact]
    public void Latest_NewestIsDeleted_GivesTheNewestLiveOne() =>
        Ids(PointChooser.Latest([Point(1, A, 1, 0), Point(2, A, 2, 10, PointState.SoftDeleted)])).ShouldBe([1]);

    [Fact]
    public void Latest_AllDeleted_GivesTheNewest() =>
        Ids(PointChooser.Latest([Point(2, A, 2, 9, PointState.SoftDeleted), Point(1, A, 1, 0, PointState.SoftDeleted)]))
            .ShouldBe([2]);

    [Theory]
    [InlineData(10, "2,3")]
    [InlineData(9, "1,3")]
    [InlineData(4, "1")]
    public void At_Time_GivesTheNewestAtOrBefore(int minute, string expected) =>
        string.Join(',', Ids(PointChooser.At(
            [Point(1, A, 1, 0), Point(2, A, 2, 10), Point(3, B, 1, 5)], Start.AddMinutes(minute)))).ShouldBe(expected);

    [Fact]
    public void At_BeforeTheFirst_SaysWhenThatIs() =>
        Code(() => PointChooser.At([Point(1, A, 1, 0)], Start.AddSeconds(-1))).ShouldBe("point.none-at");

    [Fact]
    public void ById_Prefix_GivesThePointAndItsCompanions() =>
        Ids(PointChooser.ById([Point(1, A, 1, 0), Point(2, A, 2, 10), Point(3, B, 1, 5), Point(4, B, 2, 15)], "0202"))
            .ShouldBe([2, 3]);

    [Fact]
    public void ById_PointOfAJob_GivesThePointsOfTheSameJobWheneverTheyCame()
    {
        var job = JobId.New();
        PointDescription[] points =
        [
            Point(1, B, 1, 0), Point(2, A, 1, 10) with { Job = job }, Point(3, B, 2, 15) with { Job = job },
            Point(4, B, 3, 20) with { Job = JobId.New() },
        ];
        Ids(PointChooser.ById(points, "0202")).ShouldBe([2, 3]);
        Ids(PointChooser.ById(points, "0303")).ShouldBe([3, 2]);
    }

    [Fact]
    public void ById_SourceThatTheJobHasNoPointOf_GivesTheNewestBefore() =>
        Ids(PointChooser.ById(
            [Point(1, B, 1, 0) with { Job = JobId.New() }, Point(2, A, 1, 10) with { Job = JobId.New() }], "0202"))
            .ShouldBe([2, 1]);

    [Theory]
    [InlineData("0000", "point.unknown")]
    [InlineData("02", "point.unknown")]
    [InlineData("xyzw", "point.unknown")]
    [InlineData("0202020202020202020202020202020202020202020202020202020202020202020202", "point.unknown")]
    public void ById_NoSuchPoint_SaysSo(string id, string code) =>
        Code(() => PointChooser.ById([Point(2, A, 2, 10)], id)).ShouldBe(code);

    [Fact]
    public void ById_SharedPrefix_AsksForMore()
    {
        var twin = Point(2, A, 2, 10) with { Id = new ObjectId([2, 2, 2, .. new byte[29]]) };
        Code(() => PointChooser.ById([Point(2, A, 1, 0), twin], "0202")).ShouldBe("point.ambiguous");
    }

    [Fact]
    public void Any_NoPointsAtAll_SaysSo()
    {
        Code(() => PointChooser.Latest([])).ShouldBe("point.none");
        Code(() => PointChooser.At([], Start)).ShouldBe("point.none");
        Code(() => PointChooser.ById([], "0202")).ShouldBe("point.none");
    }

    private static string Code(Action action) => Should.Throw<FaultException>(action).Fault.Code;

    private static IEnumerable<int> Ids(IEnumerable<PointDescription> points) =>
        points.Select(p => (int)p.Id.ToArray()[0]);

    private static PointDescription Point(byte id, SourceId source, long sequence, int minute, PointState state =
        PointState.Live)
    {
        var bytes = new byte[32];
        bytes.AsSpan().Fill(id);
        return new PointDescription(
            new ObjectId(bytes), KeyspaceId.New(), Machine, source, "volume", source == A ? "/a" : "/b", sequence,
            Start.AddMinutes(minute), state, [], false, PointStatistics.None);
    }
}
