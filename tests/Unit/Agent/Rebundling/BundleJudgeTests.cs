using Coffer.Agent.Caching;
using Coffer.Agent.Rebundling;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Rebundling;

public sealed class BundleJudgeTests
{
    private const uint Run = 20, Old = Run - BundleRules.YoungRuns, Young = Old + 1;
    private const ulong Plenty = 1ul << 40;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(499_999, 1_000_000, Old, true)]
    [InlineData(500_000, 1_000_000, Old, false)]
    [InlineData(1, 1_000_000, Old, true)]
    [InlineData(1, 1_000_000, Young, false)]
    [InlineData(1, 1_000_000, Run, false)]
    [InlineData(1, 1_000_000, 0, false)]
    public void Bundle_ByUseAndAge_IsPlannedOrNot(ulong used, uint length, uint firstRun, bool isPlanned) =>
        Judge(new BundleRow(Id(1), used, length, firstRun, IsPinned: false)).Bundles.Count.ShouldBe(isPlanned ? 1 : 0);

    [Fact]
    public void Bundle_OfAFileWithSeveralNames_Stands() =>
        Judge(new BundleRow(Id(1), 1, 1_000_000, Old, IsPinned: true)).Bundles.ShouldBeEmpty();

    [Theory]
    [InlineData(5, 1_000_000, true)]
    [InlineData(4, 1_000_000, false)]
    [InlineData(8, 2_000_000, false)]
    [InlineData(9, 2_000_000, true)]
    public void Page_ByBundlesAndBytes_IsPlannedOrNot(int bundles, ulong bytes, bool isPlanned)
    {
        var judge = new BundleJudge(Run);
        judge.ConsiderPage(Id(1), bundles, bytes);
        judge.Choose(Plenty, Now, null).Pages.Count.ShouldBe(isPlanned ? 1 : 0);
    }

    [Fact]
    public void Choose_Budget_IsTwoPercentAndGoesToTheWorst()
    {
        var judge = new BundleJudge(Run);
        judge.ConsiderBundle(new BundleRow(Id(1), 600, 2_000, Old, false));
        judge.ConsiderBundle(new BundleRow(Id(2), 700, 9_000, Old, false));
        judge.ConsiderPage(Id(3), 40, 900);
        judge.ConsiderBundle(new BundleRow(Id(4), 100, 201, Old, false));
        var plan = judge.Choose(smallBytes: 100_000, Now, Now.AddDays(-1));
        plan.Budget.ShouldBe(2_000ul);
        plan.Pages.ShouldBe([Id(3)]);
        plan.Bundles.ShouldBe([Id(2), Id(4)]);
        (plan.Run, plan.Started, plan.StartedBefore).ShouldBe((Run, Now, Now.AddDays(-1)));
    }

    [Fact]
    public void Choose_MoreThanFit_KeepsTheWorst()
    {
        var judge = new BundleJudge(Run);
        for (uint i = 0; i < 5_000; i++)
            judge.ConsiderBundle(new BundleRow(Id(i), 10, 1_000 + (i * 7919 % 5_000), Old, false));
        var plan = judge.Choose(Plenty, Now, null);
        plan.Bundles.Count.ShouldBe(4_096);
        uint best = plan.Bundles.Min(id => 1_000 + (Number(id) * 7919 % 5_000));
        best.ShouldBe(1_000u + 5_000 - 4_096);
    }

    private static BundlePlan Judge(BundleRow row)
    {
        var judge = new BundleJudge(Run);
        judge.ConsiderBundle(row);
        return judge.Choose(Plenty, Now, null);
    }

    internal static ObjectId Id(uint number)
    {
        var bytes = new byte[ObjectId.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new ObjectId(bytes);
    }

    private static uint Number(ObjectId id) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(id.ToArray());
}
