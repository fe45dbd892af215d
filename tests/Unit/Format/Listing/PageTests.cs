using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Listing;

namespace Coffer.Unit.Format.Listing;

/// <summary>Tree, change and extent pages and attribute sets, as nobody honest writes them.</summary>
public sealed class PageTests
{
    private static readonly ObjectId[] References = [TestFrames.IdOf(1), TestFrames.IdOf(2)];

    [Fact]
    public void TreePage_AsWritten_IsRead()
    {
        var body = new ByteWriter();
        TreeChild[] children =
        [
            new(References[0], default, 0, 1, 9), new(References[1], "a/b"u8.ToArray(), 1, 1, 65_536),
        ];
        TreePage.Encode(1, children, body);
        var (level, read) = TreePage.Decode(body.Written, References, "test");
        level.ShouldBe(1);
        read.Select(c => (c.Page, c.FolderLength, c.Pages, c.Entries)).ShouldBe(
            children.Select(c => (c.Page, c.FolderLength, c.Pages, c.Entries)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void TreePage_OfNoLevel_IsRefused(int level) => Tree(level);

    [Fact]
    public void TreePage_ChildrenToldThatAreNotThere_AreRefused() =>
        Should.Throw<CorruptionException>(() => TreePage.Decode([1, 0x80, 8], References, "test"));

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("a", "")]
    public void TreePage_FirstPathsNotAscending_AreRefused(string one, string two) =>
        Tree(1, Child(0, one), Child(0, two));

    [Fact]
    public void TreePage_SharedBeyondThePathBefore_IsRefused() =>
        Tree(1, Child(0, "a"), [1, 2, 1, (byte)'b', 0, 1, 1]);

    [Theory]
    [InlineData(1, "ab/c", 1)]       // not a whole folder
    [InlineData(1, "ab/c", 4)]       // the first entry itself
    [InlineData(1, "ab/c", 5)]
    [InlineData(2, "ab/c", 2)]       // no folder above level 1
    public void TreePage_FolderThatIsNone_IsRefused(int level, string path, byte folder) =>
        Tree(level, Child(0, path, folder));

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1, 2, 2)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 65_537)]
    [InlineData(2, 3, 2)]
    [InlineData(2, 0, 0)]
    public void TreePage_CountsThatCannotBe_AreRefused(int level, int pages, int entries) =>
        Tree(level, Child(0, "", 0, (ulong)pages, (ulong)entries));

    [Fact]
    public void TreePage_CountsWhoseSumWouldWrap_AreRefused() =>
        Tree(2, Child(0, "", 0, ulong.MaxValue, ulong.MaxValue));

    [Fact]
    public void TreePage_SharedPathsOfGigabytes_AreRefused()
    {
        byte[] first = [0, 0, .. Varint(1 << 20), .. Enumerable.Repeat((byte)'a', 1 << 20), 0, 1, 1];
        byte[] more = [0, .. Varint((1 << 20) - 1), 1, (byte)'b', 0, 1, 1];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tree(1, [first, .. Enumerable.Range(0, 1000).Select(i => more)]);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 << 20);
    }

    [Theory]
    [InlineData("01 04 00 8094ebdc03 00 0000")]      // a whole second
    [InlineData("01 00 00 00 00 00 8094ebdc03")]     // of the birth
    [InlineData("01 02 00 00 00 00")]                // trailing byte
    [InlineData("00 00")]
    [InlineData("01 02 00 00")]                      // cut short
    public void ChangePage_ThatCannotBe_IsRefused(string hex) => Should.Throw<CorruptionException>(() =>
    {
        var reader = new ChangePageReader();
        reader.Open(Hex(hex), "test");
        while (reader.MoveNext()) { }
    });

    [Theory]
    [InlineData("00 01 00 08 00 00")]                          // no level
    [InlineData("01 00")]                                      // empty
    [InlineData("01 01 00 00 00 00")]                          // an extent of no bytes
    [InlineData("01 01 00 08 02 00")]                          // a reference that is not there
    [InlineData("01 01 00 08 00 ffffff07")]                    // over its chunk's end
    [InlineData("01 01 ffffffffffffffffff01 08 00 00")]        // wraps round
    [InlineData("02 01 00 00")]                                // a page that covers nothing
    [InlineData("02 02 ffffffffffffffff7f 00 01 01")]
    [InlineData("01 01 00 08 00 00 00")]
    public void ExtentPage_ThatCannotBe_IsRefused(string hex) =>
        Should.Throw<CorruptionException>(() => ExtentPage.Decode(Hex(hex), References, "test"));

    [Theory]
    [InlineData("02 01 61 00 01 61 00")]     // a name twice
    [InlineData("02 01 62 00 01 61 00")]     // not sorted
    [InlineData("01 00 00")]                 // no name
    [InlineData("01 02 6100 00")]            // a zero byte
    [InlineData("01 01 61 00 00")]           // trailing byte
    [InlineData("01 01 61 01")]              // cut short
    public void XattrSet_ThatCannotBe_IsRefused(string hex) =>
        Should.Throw<CorruptionException>(() => XattrSet.Decode(Hex(hex), "test"));

    [Fact]
    public void EncodedLength_OwnersAndAttributeSets_Count()
    {
        var writer = new ListingPageWriter();
        var owner = new Ownership(1, new byte[100], 2, []);
        var fields = new EntryFields { Mode = 0x81a4 };
        writer.Add("a"u8, fields, owner, default, default, XattrSet.Inline(new byte[3000]), default);
        int one = writer.EncodedLength;
        one.ShouldBeGreaterThan(3100);
        writer.Add("b"u8, fields, owner, default, default, XattrSet.Inline(new byte[3000]), default);
        (writer.EncodedLength - one).ShouldBeLessThan(100); // the same row again
        writer.Clear();
        writer.EncodedLength.ShouldBe(0);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Varint(ulong value)
    {
        var writer = new ByteWriter();
        writer.Varint(value);
        return writer.Written.ToArray();
    }

    private static byte[] Child(int index, string path, byte folder = 0, ulong pages = 1, ulong entries = 1) =>
    [
        (byte)index, 0, (byte)path.Length, .. System.Text.Encoding.UTF8.GetBytes(path), folder, .. Varint(pages),
        .. Varint(entries),
    ];

    private static void Tree(int level, params byte[][] children)
    {
        if (children.Length == 0) children = [Child(0, "")];
        byte[] body = [.. Varint((ulong)level), .. Varint((ulong)children.Length), .. children.SelectMany(c => c)];
        Should.Throw<CorruptionException>(() => TreePage.Decode(body, References, "test"));
    }
}
