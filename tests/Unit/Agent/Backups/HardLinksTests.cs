using Coffer.Agent.Backups.Links;
using Coffer.Agent.Listings;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Listing;
using Coffer.Unit.Agent.Rebundling;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Backups;

public sealed class HardLinksTests : IDisposable
{
    private const int Limit = 10;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Meet_AllNamesCame_ForgetsTheFile()
    {
        using var links = new HardLinks(_folder.Path, Limit);
        links.Meet(File(1, names: 2), group: 5).ShouldBe(5ul);
        links.Meet(File(1, names: 2), group: 6).ShouldBe(5ul);
        links.Count.ShouldBe(0);
    }

    [Fact]
    public void Meet_MoreOpenGroupsThanFit_SpillsAndStillKnowsEach()
    {
        using var links = new HardLinks(_folder.Path, Limit);
        for (ulong i = 1; i <= 1_000; i++)
        {
            links.Meet(File(i, names: 2), group: i * 3).ShouldBe(i * 3);
            links.Count.ShouldBeLessThanOrEqualTo(Limit);
        }

        for (ulong i = 1_000; i >= 1; i--) links.Meet(File(i, names: 2), group: 1).ShouldBe(i * 3);
        links.Dispose();
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void TryFindCaptured_Spilled_GivesWhatWasCaptured()
    {
        using var links = new HardLinks(_folder.Path, Limit);
        var xattrs = Coffer.Format.Listing.XattrSet.Inline([1, 1, (byte)'a', 1, 7]);
        for (ulong i = 1; i <= 100; i++)
        {
            _ = links.Meet(File(i, names: 3), group: i);
            links.Keep(File(i, names: 3), new CapturedLink
            {
                Seen = File(i, names: 3),
                Fields = Fields((uint)i) with { Shape = i % 2 == 0 ? ContentShape.Whole : ContentShape.Extents },
                IsUnsettled = i % 5 == 0,
                Extents = i % 2 == 0 ? [] : [new Extent(4_096, 100, BundleJudgeTests.Id((uint)i), 8)],
                Xattrs = i % 3 == 0 ? xattrs : null,
            });
        }

        links.Count.ShouldBeLessThanOrEqualTo(Limit);
        for (uint i = 1; i <= 100; i++)
        {
            links.TryFindCaptured(File(i, names: 3), out var captured).ShouldBeTrue($"file {i}");
            captured.Seen.ShouldBe(File(i, names: 3) with { LinkCount = captured.Seen.LinkCount });
            captured.Fields.Size.ShouldBe(1_000ul);
            captured.IsUnsettled.ShouldBe(i % 5 == 0);
            captured.Fields.ContentHash.ShouldBe(Fields(i).ContentHash);
            if (i % 2 == 0) captured.Fields.Content.ShouldBe(BundleJudgeTests.Id(i));
            else captured.Extents.ShouldBe([new Extent(4_096, 100, BundleJudgeTests.Id(i), 8)]);
            captured.Xattrs.ShouldBe(i % 3 == 0 ? xattrs : null);
        }
    }

    [Fact]
    public void TryFindCaptured_FileChangedSince_IsReadAgainAndTheNewOneCounts()
    {
        using var links = new HardLinks(_folder.Path, Limit);
        for (ulong i = 1; i <= 50; i++)
        {
            _ = links.Meet(File(i, names: 2), group: i);
            links.Keep(File(i, names: 2), Captured(i, 1));
        }

        var changed = File(3, names: 2) with { Changed = new FileTime(77, 0) };
        links.TryFindCaptured(changed, out _).ShouldBeFalse();
        links.Meet(changed, group: 1).ShouldBe(3ul);
        links.Keep(changed, new CapturedLink { Seen = changed, Fields = Fields(99) });
        links.TryFindCaptured(changed, out var captured).ShouldBeTrue();
        captured.Fields.Content.ShouldBe(BundleJudgeTests.Id(99));
        for (ulong i = 51; i <= 90; i++) _ = links.Meet(File(i, names: 2), group: i);
        links.TryFindCaptured(changed, out captured).ShouldBeTrue("the newer row goes before the older");
        captured.Fields.Content.ShouldBe(BundleJudgeTests.Id(99));
    }

    [Fact]
    public void Spill_ContentNotSettledYet_StaysInMemory()
    {
        using var links = new HardLinks(_folder.Path, Limit);
        var ticket = new BundleTicket();
        _ = links.Meet(File(1, names: 2), group: 1);
        links.Keep(File(1, names: 2), new CapturedLink { Seen = File(1, 2), Fields = Fields(1), Bundle = ticket });
        for (ulong i = 2; i <= 100; i++) _ = links.Meet(File(i, names: 2), group: i);
        links.TryFindCaptured(File(1, names: 2), out var captured).ShouldBeTrue();
        captured.Bundle.ShouldBeSameAs(ticket);
    }

    private static CapturedLink Captured(ulong inode, uint content) =>
        new() { Seen = File(inode, names: 2), Fields = Fields(content) };

    private static FileMetadata File(ulong inode, uint names) => new()
    {
        Type = EntryType.File,
        Inode = inode,
        LinkCount = names,
        Device = 4,
        Size = 1_000,
        Modified = new FileTime(-5, 6),
        Changed = new FileTime(7, 8),
    };

    private static EntryFields Fields(uint content) => new()
    {
        Mode = 0x81a4,
        Size = 1_000,
        HasContentHash = true,
        ContentHash = new Id128(BundleJudgeTests.Id(content).ToArray()),
        Shape = ContentShape.Whole,
        Content = BundleJudgeTests.Id(content),
    };
}
