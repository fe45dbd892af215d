using Coffer.Domain;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Collecting;

public sealed class IdTableTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1000)]
    public void Find_EveryIdAndItsNeighbours_KnowsThoseOfTheTable(int count)
    {
        var ids = Ascending(count, new Random(count));
        using var table = Write(ids);
        table.Count.ShouldBe(count);
        for (int i = 0; i < count; i++)
        {
            table.Find(ids[i]).ShouldBe(i);
            table.At(i).ShouldBe(ids[i]);
            var next = Next(ids[i]);
            table.Find(next).ShouldBe(i + 1 < count && ids[i + 1] == next ? i + 1 : -1);
        }
        table.Find(default).ShouldBe(-1);
    }

    [Fact]
    public void Find_ManyIdsWithOnePrefix_FindsThoseInEarlierBlocks()
    {
        // Ids are hashes, so this takes an enemy; it must cost time only.
        var ids = new ObjectId[500];
        for (int i = 0; i < ids.Length; i++)
        {
            var bytes = new byte[ObjectId.Size];
            bytes.AsSpan(0, 8).Fill(7);
            bytes[^2] = (byte)(i >> 8);
            bytes[^1] = (byte)i;
            ids[i] = new ObjectId(bytes);
        }
        using var table = Write(ids);
        for (int i = 0; i < ids.Length; i++) table.Find(ids[i]).ShouldBe(i);
    }

    private IdTable Write(IReadOnlyList<ObjectId> ids)
    {
        var bytes = new byte[ObjectId.Size];
        using (var file = File.Create(_path))
        {
            var writer = new IdTableWriter(file);
            foreach (var id in ids)
            {
                id.CopyTo(bytes);
                writer.Add(bytes);
            }
        }
        return IdTable.Open(File.OpenHandle(_path));
    }

    private static ObjectId[] Ascending(int count, Random random)
    {
        var ids = new SortedDictionary<string, ObjectId>(StringComparer.Ordinal);
        var bytes = new byte[ObjectId.Size];
        while (ids.Count < count)
        {
            random.NextBytes(bytes);
            ids[Convert.ToHexString(bytes)] = new ObjectId(bytes);
        }
        return [.. ids.Values];
    }

    private static ObjectId Next(ObjectId id)
    {
        var bytes = new byte[ObjectId.Size];
        id.CopyTo(bytes);
        bytes[^1]++;
        return new ObjectId(bytes);
    }
}
