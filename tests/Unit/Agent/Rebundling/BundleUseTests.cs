using Coffer.Agent.Caching;
using Coffer.Agent.Rebundling;
using Coffer.Domain;
using Coffer.Format.Listing;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Rebundling;

public sealed class BundleUseTests : IDisposable
{
    private static readonly CacheStamp Stamp = new(VaultId.New(), KeyspaceId.New(), BundleJudgeTests.Id(99), 3);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Table_EntriesOfSeveralPages_AreAddedUpByBundle()
    {
        using var use = new BundleUse(_folder.Path, SortedTable<BundleRow>.Empty(), run: 5);
        use.Add(Entry(2, 0, 100));
        use.Add(Entry(1, 50, 10));
        use.Add(Entry(2, 400, 100));
        use.EndPage(BundleJudgeTests.Id(10));
        use.Add(Entry(2, 100, 7) with { HardLinkGroup = 1 });
        use.Add(Entry(3, 0, 1_000) with { HasContentHash = false });
        use.EndPage(BundleJudgeTests.Id(11));
        use.Table().ShouldBe(
        [
            new BundleRow(BundleJudgeTests.Id(1), 10, 60, FirstRun: 5, IsPinned: false),
            new BundleRow(BundleJudgeTests.Id(2), 207, 500, FirstRun: 5, IsPinned: true),
        ]);
        use.SmallBytes.ShouldBe(217ul);
    }

    [Fact]
    public void Table_BundleOfTheRunBefore_KeepsItsLengthAndAge()
    {
        using var older = Table(
            new BundleRow(BundleJudgeTests.Id(1), 900, 1_000, FirstRun: 2, IsPinned: true),
            new BundleRow(BundleJudgeTests.Id(2), 900, 1_000, FirstRun: 2, IsPinned: false));
        using var use = new BundleUse(_folder.Path, older, run: 3);
        use.Add(Entry(1, 0, 30));
        use.EndPage(BundleJudgeTests.Id(10));
        use.Table().ShouldBe([new BundleRow(BundleJudgeTests.Id(1), 30, 1_000, FirstRun: 2, IsPinned: false)]);
    }

    [Fact]
    public void Plan_PageScatteredOverOldBundles_IsPlanned()
    {
        using var older = Table(
            [.. Enumerable.Range(1, 6).Select(i => new BundleRow(BundleJudgeTests.Id((uint)i), 90, 100, 2, false))]);
        BundlePlan PlanOf(uint run, int bundles)
        {
            using var use = new BundleUse(_folder.Path, older, run);
            for (uint i = 1; i <= bundles; i++) use.Add(Entry(i, 0, 100));
            use.EndPage(BundleJudgeTests.Id(10));
            use.Add(Entry(50, 0, 10_000_000));
            use.EndPage(BundleJudgeTests.Id(11));
            _ = use.Table().Count();
            return use.Plan(default, null);
        }

        PlanOf(run: 9, bundles: 5).Pages.ShouldBe([BundleJudgeTests.Id(10)]);
        PlanOf(run: 9, bundles: 4).Pages.ShouldBeEmpty();
        PlanOf(run: 8, bundles: 5).Pages.ShouldBeEmpty("they were met one of the last seven runs");
    }

    [Fact]
    public void Rows_MoreThanFitInMemory_AreSpilledAndMerged()
    {
        const int seed = 11;
        var random = new Random(seed);
        using var rows = new SpilledRows<BundleRow>(_folder.Path, "rows", rowsInMemory: 7);
        var numbers = Enumerable.Range(0, 100).Select(_ => (uint)random.Next(1_000)).ToList();
        foreach (uint number in numbers) rows.Add(BundleRow.Key(BundleJudgeTests.Id(number)));
        Directory.GetFiles(_folder.Path).Length.ShouldBe(14);
        rows.Merged([]).Select(r => r.Bundle).ShouldBe(numbers.Order().Select(BundleJudgeTests.Id), $"seed {seed}");
        rows.Dispose();
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Table_OfManyRows_FindsEachAndNoOther()
    {
        using var table = Table(
            [.. Enumerable.Range(0, 1_000).Select(i => BundleRow.Key(BundleJudgeTests.Id(2 * (uint)i)))]);
        for (uint i = 0; i < 2_000; i++)
            table.TryFind(BundleRow.Key(BundleJudgeTests.Id(i)), out _).ShouldBe(i % 2 == 0, $"row {i}");
        table.Rows().Count().ShouldBe(1_000);
    }

    [Fact]
    public void Plan_Encoded_IsReadUnderItsStampOnly()
    {
        var plan = new BundlePlan
        {
            Run = 12,
            Started = DateTimeOffset.UnixEpoch.AddYears(56),
            StartedBefore = DateTimeOffset.MinValue,
            Budget = 77,
            Bundles = [BundleJudgeTests.Id(1), BundleJudgeTests.Id(2)],
            Pages = [BundleJudgeTests.Id(3)],
        };
        byte[] bytes = plan.Encode(Stamp);
        BundlePlan.Decode(bytes, Stamp with { LossEpoch = 4 }).ShouldBeNull();
        var read = BundlePlan.Decode(bytes, Stamp)!;
        (read with { Bundles = plan.Bundles, Pages = plan.Pages }).ShouldBe(plan);
        read.Bundles.ShouldBe(plan.Bundles);
        read.Pages.ShouldBe(plan.Pages);
        for (int length = 0; length < bytes.Length; length++)
            BundlePlan.Decode(bytes.AsSpan(0, length), Stamp).ShouldBeNull($"{length} bytes");
    }

    private SortedTable<BundleRow> Table(params BundleRow[] rows)
    {
        string path = _folder.At("table");
        SortedTable<BundleRow>.Write(path, Stamp, rows.OrderBy(r => r.Bundle));
        return SortedTable<BundleRow>.Open(path, Stamp)!;
    }

    private static EntryFields Entry(uint bundle, uint offset, ulong size) => new()
    {
        HasContentHash = true,
        Shape = ContentShape.Whole,
        Content = BundleJudgeTests.Id(bundle),
        ContentOffset = offset,
        Size = size,
    };
}
