using Coffer.Agent.Listings;
using Coffer.Domain;
using Coffer.Format.Listing;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Agent.Listings;

public sealed class TreeBuilderTests
{
    [Fact]
    public void Finish_VeryLongFirstPaths_WritesOnlyPagesThatAReaderTakes()
    {
        using var keys = KeyspaceKeys.New();
        var builder = new TreeBuilder(new NodeIds(keys));
        string folder = string.Join('/', Enumerable.Repeat(new string('d', 250), 3000));
        for (int i = 0; i < 60; i++)
        {
            byte[] path = ScriptedTree.Bytes($"{folder}/{i:d4}");
            builder.Add(new TreeChild(TestId(i), path, 0, 1, 1));
        }

        var top = builder.Finish();
        ulong leaves = 0;
        foreach (var page in builder.Ready)
        {
            var (level, children) = TreePage.Decode(page.Body, page.References, "test");
            if (level == 1) leaves += (ulong)children.Length;
        }

        leaves.ShouldBe(60ul);
        builder.Ready[^1].Id.ShouldBe(top);
    }

    // Ends in a one, so that no cut by ids comes before the limit.
    private static ObjectId TestId(int number)
    {
        byte[] bytes = new byte[ObjectId.Size];
        bytes[0] = (byte)number;
        bytes[^1] = 1;
        return new ObjectId(bytes);
    }
}
