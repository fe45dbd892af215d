using Coffer.Agent.Caching;
using Coffer.Agent.Rebundling;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Listing;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Rebundling;

public sealed class BundleMovesTests : IDisposable
{
    private const uint Run = 20;
    private static readonly DateTimeOffset Before = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
    private static readonly ObjectId Bundle = BundleJudgeTests.Id(1), Page = BundleJudgeTests.Id(2);
    private static readonly ObjectId OldOfPage = BundleJudgeTests.Id(3), YoungOfPage = BundleJudgeTests.Id(4);
    private static readonly FileMetadata Settled = new() { LinkCount = 1, Changed = new FileTime(999_000, 0) };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Wants_PlannedBundle_OnWhateverPage() => Wants(BundleJudgeTests.Id(77), Entry(Bundle)).ShouldBeTrue();

    [Fact]
    public void Wants_AnotherBundle_No() => Wants(BundleJudgeTests.Id(77), Entry(OldOfPage)).ShouldBeFalse();

    [Fact]
    public void Wants_PlannedPage_OnlyWhereTheBundleIsOld()
    {
        Wants(Page, Entry(OldOfPage)).ShouldBeTrue();
        Wants(Page, Entry(YoungOfPage)).ShouldBeFalse();
        Wants(Page, Entry(BundleJudgeTests.Id(5))).ShouldBeFalse("nobody knows how old it is");
    }

    [Theory]
    [InlineData(999_989, true)]
    [InlineData(999_990, false)]
    [InlineData(1_000_500, false)]
    public void Wants_ByTheLastChange_OnlyBeforeTheRunBeforeTheLast(long changed, bool isWanted) =>
        Wants(Page, Entry(Bundle), Settled with { Changed = new FileTime(changed, 0) }).ShouldBe(isWanted);

    [Fact]
    public void Wants_SeveralNames_No()
    {
        Wants(Page, Entry(Bundle), Settled with { LinkCount = 2 }).ShouldBeFalse();
        Wants(Page, Entry(Bundle) with { HardLinkGroup = 1 }).ShouldBeFalse();
    }

    [Fact]
    public void Wants_NoSmallFile_No()
    {
        Wants(Page, Entry(Bundle) with { HasContentHash = false }).ShouldBeFalse();
        Wants(Page, Entry(Bundle) with { Shape = ContentShape.Extents }).ShouldBeFalse();
    }

    [Fact]
    public void Wants_BudgetUsedUp_NoMore()
    {
        using var table = Table();
        var moves = new BundleMoves(Plan(), table);
        moves.Wants(Page, Entry(Bundle), Settled).ShouldBeTrue();
        moves.Count(901);
        moves.Wants(Page, Entry(Bundle), Settled).ShouldBeFalse();
    }

    [Fact]
    public void None_WantsNothing()
    {
        BundleMoves.None.Wants(Page, Entry(Bundle), Settled).ShouldBeFalse();
        BundleMoves.None.Dissolves(Bundle).ShouldBeFalse();
    }

    private bool Wants(ObjectId page, EntryFields entry, FileMetadata? file = null)
    {
        using var table = Table();
        return new BundleMoves(Plan(), table).Wants(page, entry, file ?? Settled);
    }

    private SortedTable<BundleRow> Table()
    {
        var stamp = new CacheStamp(VaultId.New(), KeyspaceId.New(), Page, 0);
        SortedTable<BundleRow>.Write(_folder.At("table"), stamp,
        [
            new BundleRow(Bundle, 1, 100, 1, false),
            new BundleRow(OldOfPage, 90, 100, Run - BundleRules.YoungRuns, false),
            new BundleRow(YoungOfPage, 90, 100, Run - BundleRules.YoungRuns + 1, false),
        ]);
        return SortedTable<BundleRow>.Open(_folder.At("table"), stamp)!;
    }

    private static BundlePlan Plan() => new()
    {
        Run = Run,
        Started = Before.AddDays(1),
        StartedBefore = Before,
        Budget = 1_000,
        Bundles = [Bundle],
        Pages = [Page],
    };

    private static EntryFields Entry(ObjectId bundle) => new()
    {
        HasContentHash = true,
        Shape = ContentShape.Whole,
        Content = bundle,
        Size = 100,
    };
}
