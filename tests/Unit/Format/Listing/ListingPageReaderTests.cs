using System.Text;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Listing;

namespace Coffer.Unit.Format.Listing;

/// <summary>Pages written by hand, as a faulty or hostile writer with the keyspace's key could make them.</summary>
public sealed class ListingPageReaderTests
{
    private const int Mode = 1 << 0, Size = 1 << 2, Content = 1 << 4, Extents = 1 << 5, Nanoseconds = 1 << 8,
        ContentOffset = 1 << 10, Level = 1 << 26;

    private static readonly ObjectId[] References = [TestFrames.IdOf(1), TestFrames.IdOf(2)];

    [Fact]
    public void MoveNext_PlainEntries_AreRead() => Paths("dir", "", page =>
    {
        page.Entry(0, 0, "a", Mode, 0x41ed);
        page.Entry(1, 0, "b", Mode, 0x81a4);
        page.Entry(1, 1, "c", Mode, 0x81a4);
        page.Entry(0, 0, "b", Mode, 0x81a4);
    }).ShouldBe(["dir/a", "dir/a/b", "dir/a/bc", "dir/b"]);

    [Fact]
    public void MoveNext_PrefixBelowTheFolder_IsTheParentOfTheFirst() => Paths("", "x/y", page =>
    {
        page.Entry(2, 0, "a", Mode, 0x81a4);
        page.Entry(1, 0, "z", Mode, 0x81a4);
    }).ShouldBe(["x/y/a", "x/z"]);

    [Theory]
    [InlineData("a", "a")]      // twice
    [InlineData("b", "a")]
    [InlineData("ab", "a")]
    public void MoveNext_NamesNotAscending_AreRefused(string first, string second) => Refused(page =>
    {
        page.Entry(0, 0, first, Mode, 0x81a4);
        page.Entry(0, 0, second, Mode, 0x81a4);
    });

    [Fact]
    public void MoveNext_SharedNameNotAscending_IsRefused() => Refused(page =>
    {
        page.Entry(0, 0, "abc", Mode, 0x81a4);
        page.Entry(0, 2, "", Mode, 0x81a4);
    });

    [Fact]
    public void MoveNext_BackToAFolderThatWasLeft_IsRefused() => Refused(page =>
    {
        page.Entry(0, 0, "a", Mode, 0x41ed);
        page.Entry(1, 0, "x", Mode, 0x81a4);
        page.Entry(0, 0, "a", Mode, 0x81a4);
    });

    [Fact]
    public void MoveNext_SharedBeyondTheNameBefore_IsRefused() => Refused(page =>
    {
        page.Entry(0, 0, "ab", Mode, 0x81a4);
        page.Entry(0, 3, "c", Mode, 0x81a4);
    });

    [Fact]
    public void MoveNext_SharedBeforeTheFirstEntry_IsRefused() =>
        Refused(page => page.Entry(0, 1, "c", Mode, 0x81a4));

    [Fact]
    public void MoveNext_FirstEntryNotBelowThePrefix_IsRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode, 0x81a4), prefix: "x");

    [Fact]
    public void MoveNext_DepthWithoutParent_IsRefused() =>
        Refused(page => page.Entry(1, 0, "a", Mode, 0x81a4));

    [Fact]
    public void MoveNext_RootBehindAnotherEntry_IsRefused() => Refused(page =>
    {
        page.Entry(0, 0, "a", Mode, 0x41ed);
        page.Entry(0, 0, "", Mode, 0x41ed);
    }, folder: "");

    [Fact]
    public void MoveNext_RootTwice_IsRefused() => Refused(page =>
    {
        page.Entry(0, 0, "", Mode, 0x41ed);
        page.Entry(0, 0, "", Mode, 0x41ed);
    }, folder: "");

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0")]
    public void MoveNext_NameThatIsNoName_IsRefused(string name) =>
        Refused(page => page.Entry(0, 0, name, Mode, 0x81a4));

    [Theory]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a\0")]
    public void Open_FolderOrPrefixOfNoNames_IsRefused(string path)
    {
        Refused(static _ => { }, folder: path);
        Refused(static _ => { }, prefix: path);
    }

    [Fact]
    public void MoveNext_NameTooLong_IsRefused() => Refused(page =>
    {
        page.Entry(0, 0, new string('a', 600), Mode, 0x81a4);
        page.Entry(0, 600, new string('b', 600), Mode, 0x81a4);
    });

    [Fact]
    public void MoveNext_PathTooLong_IsRefused()
    {
        string folder = string.Join('/', Enumerable.Repeat(new string('a', 1000), 1047));
        folder.Length.ShouldBe(Limits.MaxPathBytes - 530);
        Refused(page => page.Entry(0, 0, new string('b', 530), Mode, 0x81a4), folder);
        Paths(folder, "", page => page.Entry(0, 0, new string('b', 529), Mode, 0x81a4)).Count.ShouldBe(1);
    }

    [Fact]
    public void MoveNext_TwoFormsOfContent_AreRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode | Size | Content | Extents, 0x81a4, 8, 0, 0));

    [Theory]
    [InlineData(Mode | ContentOffset)]
    [InlineData(Mode | Extents | ContentOffset)]
    public void MoveNext_ContentOffsetWithoutChunk_IsRefused(int mask) =>
        Refused(page => page.Entry(0, 0, "a", mask, mask == (Mode | ContentOffset) ? [0x81a4, 1] : [0x81a4, 0, 1]));

    [Fact]
    public void MoveNext_ContentOffsetOfAnExtentPage_IsRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode | Content | ContentOffset | Level, 0x81a4, 0, 1, 1));

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void MoveNext_ExtentPageOfNoLevel_IsRefused(int level) =>
        Refused(page => page.Entry(0, 0, "a", Mode | Content | Level, 0x81a4, 0, level));

    [Fact]
    public void MoveNext_ReferenceThatIsNotThere_IsRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode | Content, 0x81a4, 4));

    [Fact]
    public void MoveNext_UnknownFieldBelowTheFirstFree_IsRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode | (1 << 9), 0x81a4, 0));

    [Fact]
    public void MoveNext_AWholeSecondOfNanoseconds_IsRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode | Nanoseconds, 0x81a4, 1_000_000_000));

    [Theory]
    [InlineData(0, 0)]                           // no bytes
    [InlineData((16 << 20) + 1, 0)]              // more than any chunk has
    [InlineData(8, (16 << 20) - 7)]              // over its chunk's end
    public void MoveNext_ExtentThatNoChunkHas_IsRefused(int length, int offset) => Refused(page =>
    {
        page.Head(0, 0, "a", Mode | Extents, 0x81a4);
        var extent = new ByteWriter();
        extent.Varint(0);
        extent.Varint((ulong)length);
        extent.Varint(0);
        extent.Varint((ulong)offset);
        page.Bytes.Block(extent.Written);
    });

    [Fact]
    public void MoveNext_ExtentsBlockThatEndsWithinOne_IsRefused() => Refused(page =>
    {
        page.Head(0, 0, "a", Mode | Extents, 0x81a4);
        page.Bytes.Block([0, 8, 0, 0, 0, 8]);
        page.Bytes.Bytes([0, 0]);
    });

    [Fact]
    public void MoveNext_TrailingBytes_AreRefused() => Refused(page =>
    {
        page.Entry(0, 0, "a", Mode, 0x81a4);
        page.Bytes.Byte(0);
    });

    [Fact]
    public void MoveNext_MoreEntriesToldThanThere_IsRefused() =>
        Refused(page => page.Entry(0, 0, "a", Mode, 0x81a4), count: 2);

    [Fact]
    public void Open_MillionsOfOwnersToldAndNoneThere_AllocatesNothing()
    {
        var body = new ByteWriter();
        body.Block([]);
        body.Varint(Limits.MaxPageEntries);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<CorruptionException>(
            () => new ListingPageReader().Open(body.Written.ToArray(), [], default, "test"));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }

    [Fact]
    public void MoveNext_AnyByteChanged_NeverThrowsAnythingElse()
    {
        byte[] body = RealPage();
        for (int at = 0; at < body.Length; at++)
        {
            foreach (byte flip in (byte[])[0x01, 0x80, 0xff])
            {
                byte[] changed = [.. body];
                changed[at] ^= flip;
                Survives(changed);
            }

            Survives(body[..at]);
        }
    }

    private static void Survives(byte[] body)
    {
        try
        {
            var reader = new ListingPageReader();
            reader.Open(body, References, "d"u8, "test");
            while (reader.MoveNext()) { }
        }
        catch (CorruptionException)
        {
            // What such a page is, if it is not another good one.
        }
    }

    private static byte[] RealPage()
    {
        var writer = new ListingPageWriter();
        var owner = new Ownership(1, "ann"u8.ToArray(), 2, "staff"u8.ToArray());
        var file = new EntryFields
        {
            Mode = 0x81a4,
            Size = 5,
            Shape = ContentShape.Whole,
            Content = References[0],
            MtimeSeconds = -1,
            MtimeNanoseconds = 7,
            HasContentHash = true,
            HardLinkGroup = 9,
        };
        var sparse = new EntryFields { Mode = 0x81a4, Size = 1 << 20, Shape = ContentShape.Extents };
        var link = new EntryFields { Mode = 0xa1ff };
        var xattrs = XattrSet.Inline([1, 1, (byte)'n', 1, (byte)'v']);
        writer.Add("d/a"u8, new EntryFields { Mode = 0x41ed }, owner, default, default, xattrs, default);
        writer.Add("d/a/f"u8, file, owner, default, default, null, default);
        writer.Add("d/a/g"u8, sparse, owner, default, [new Extent(4096, 100, References[1], 3)], null, default);
        writer.Add("d/l"u8, link, owner, "a/f"u8, default, null, default);
        var body = new ByteWriter();
        writer.WriteBody(body);
        return body.Written.ToArray();
    }

    private static List<string> Paths(string folder, string prefix, Action<PageBytes> write, int? count = null)
    {
        var page = new PageBytes(prefix);
        write(page);
        var reader = new ListingPageReader();
        reader.Open(page.Body(count), References, Encoding.UTF8.GetBytes(folder), "test");
        var paths = new List<string>();
        while (reader.MoveNext()) paths.Add(Encoding.UTF8.GetString(reader.Path));
        return paths;
    }

    private static void Refused(
        Action<PageBytes> write, string folder = "dir", string prefix = "", int? count = null) =>
        Should.Throw<CorruptionException>(() => Paths(folder, prefix, write, count));

    private sealed class PageBytes(string prefix)
    {
        private int _count;

        public ByteWriter Bytes { get; } = new();

        public void Entry(int depth, int shared, string suffix, int mask, params int[] fields) =>
            Head(depth, shared, suffix, mask, fields);

        public void Head(int depth, int shared, string suffix, int mask, params int[] fields)
        {
            _count++;
            Bytes.Varint((ulong)depth);
            Bytes.Varint((ulong)shared);
            Bytes.Block(Encoding.UTF8.GetBytes(suffix));
            Bytes.Varint((ulong)mask);
            foreach (int field in fields) Bytes.Varint((ulong)field);
        }

        public byte[] Body(int? count)
        {
            var body = new ByteWriter();
            body.Block(Encoding.UTF8.GetBytes(prefix));
            body.Bytes([1, 0, 0, 0, 0]);  // one owner without names
            body.Varint(0);
            body.Varint((ulong)(count ?? _count));
            body.Bytes(Bytes.Written);
            return body.Written.ToArray();
        }
    }
}
