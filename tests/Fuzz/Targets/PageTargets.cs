using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Listing;
using static Coffer.Fuzz.Targets.Samples;

namespace Coffer.Fuzz.Targets;

/// <summary>Pages are sealed: these bytes come from whoever has the keyspace's key.</summary>
internal static class PageTargets
{
    private static readonly ObjectId[] References = [Id(1), Id(2), Id(3)];

    public static IEnumerable<Target> List =>
    [
        new("listing page", [Listing()], ReadListing) { MayAllocate = static length => (4L << 20) + (512L * length) },
        new("change page", [Changes()], ReadChanges),
        new("tree page", [Tree(1), Tree(2)], static bytes => TreePage.Decode(bytes, References, "fuzz"))
        {
            MayAllocate = static length => (2L * Format.Limits.MaxTreePathBytes) + (512L * length),
        },
        new("extent page", [Extents(), ExtentTree()], static bytes => ExtentPage.Decode(bytes, References, "fuzz")),
        new("attribute set", [Attributes()], static bytes => XattrSet.Decode(bytes, "fuzz")),
    ];

    private static byte[] Listing()
    {
        var writer = new ListingPageWriter();
        var owner = new Ownership(1000, "ann"u8.ToArray(), 1000, "ann"u8.ToArray());
        Extent[] extents = [new(0, 100, Id(1), 0), new(5, 200, Id(2), 10)];
        EntryFields folder = new() { Mode = 0x41ed, MtimeSeconds = 1_750_000_000 };
        EntryFields small = new()
        {
            Mode = 0x81a4,
            Size = 6,
            Shape = ContentShape.Whole,
            Content = Id(1),
            HasContentHash = true,
        };
        EntryFields large = new() { Mode = 0x81a4, Size = 305, Shape = ContentShape.Extents };
        EntryFields link = new() { Mode = 0xa1ff };
        writer.Add("a"u8, folder, owner, [], [], null, []);
        writer.Add("a/b"u8, small, owner, [], [], null, []);
        writer.Add("a/c"u8, large, owner, [], extents, XattrSet.Inline(Attributes()), []);
        writer.Add("a/d"u8, link, owner, "target"u8, [], null, []);
        var body = new ByteWriter();
        writer.WriteBody(body);
        return body.Written.ToArray();
    }

    private static void ReadListing(byte[] bytes)
    {
        var reader = new ListingPageReader();
        reader.Open(bytes, References, "folder"u8, "fuzz");
        while (reader.MoveNext())
        {
            _ = reader.Owner;
            _ = reader.Xattrs;
            if (reader.Path.Length > Format.Limits.MaxPathBytes) throw new InvalidOperationException("a path too long");
            foreach (ref readonly var extent in reader.Extents)
            {
                if (extent.Offset + extent.Length > Format.Limits.MaxPlainBytes)
                    throw new InvalidOperationException("an extent beyond its chunk");
            }
        }
    }

    private static byte[] Changes()
    {
        var writer = new ChangePageWriter();
        for (int i = 1; i < 5; i++)
        {
            writer.Add(new ChangeFields
            {
                CtimeSeconds = 1_750_000_000 + i,
                CtimeNanoseconds = 5,
                Inode = (ulong)(100 + i),
                BirthSeconds = i,
            });
        }

        var body = new ByteWriter();
        writer.WriteBody(body);
        return body.Written.ToArray();
    }

    private static void ReadChanges(byte[] bytes)
    {
        var reader = new ChangePageReader();
        reader.Open(bytes, "fuzz");
        while (reader.MoveNext()) _ = reader.Fields.Inode;
    }

    private static byte[] Tree(int level)
    {
        var body = new ByteWriter();
        _ = TreePage.Encode(
            level,
            [
                new TreeChild(Id(1), "a/b"u8.ToArray(), level == 1 ? 1 : 0, 1, 10),
                new TreeChild(Id(2), "a/c"u8.ToArray(), 0, 1, 10),
            ],
            body);
        return body.Written.ToArray();
    }

    private static byte[] Extents()
    {
        var body = new ByteWriter();
        _ = ExtentPage.Encode([new Extent(0, 100, Id(1), 0), new Extent(1 << 30, 70_000, Id(2), 3)], body);
        return body.Written.ToArray();
    }

    private static byte[] ExtentTree()
    {
        var body = new ByteWriter();
        _ = ExtentPage.Encode(2, [new ExtentPageChild(1 << 30, Id(1)), new ExtentPageChild(5, Id(2))], body);
        return body.Written.ToArray();
    }

    private static byte[] Attributes()
    {
        var body = new ByteWriter();
        XattrSet.Encode(
            [
                new Xattr("user.a"u8.ToArray(), "one"u8.ToArray()),
                new Xattr("user.b"u8.ToArray(), "two"u8.ToArray()),
            ],
            body);
        return body.Written.ToArray();
    }
}
