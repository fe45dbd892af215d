using System.Buffers.Binary;
using Coffer.Agent.Caching;
using Coffer.Domain;
using Coffer.Unit.Agent.Rebundling;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Caching;

public sealed class SortedTableTests : IDisposable
{
    private const int HeadSize = 8 + CacheStamp.Size + 8;

    private static readonly CacheStamp Stamp = new(VaultId.New(), KeyspaceId.New(), default, 1);

    private readonly TempFolder _folder = new();

    private string File => _folder.At("table");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_000)]
    public void Open_Written_GivesEachRow(int count)
    {
        using var table = Write(count);
        table.Rows().ShouldBe(Enumerable.Range(0, count).Select(Row));
        for (int i = 0; i < count; i++)
        {
            table.TryFind(Row(i) with { Offset = 0 }, out var row).ShouldBeTrue($"row {i}");
            row.ShouldBe(Row(i));
        }

        table.TryFind(Row(count), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70)]
    [InlineData(199)]
    public void TryFind_BitFlippedInTheOffsetOfARow_IsDamageAndNoOtherPlace(int damaged)
    {
        Write(200).Dispose();
        Flip(HeadSize + (damaged * ContentRow.Size) + 48);
        using var table = SortedTable<ContentRow>.Open(File, Stamp)!;
        Should.Throw<CorruptionException>(() => table.TryFind(Row(damaged), out _));
        Should.Throw<CorruptionException>(() => table.Rows().Count());
        int other = (damaged + 64) % 200;
        table.TryFind(Row(other), out var row).ShouldBeTrue();
        row.ShouldBe(Row(other));
    }

    [Fact]
    public void Open_CutOff_IsNone()
    {
        Write(200).Dispose();
        using (var file = new FileStream(File, FileMode.Open)) file.SetLength(file.Length - 1);
        SortedTable<ContentRow>.Open(File, Stamp).ShouldBeNull();
    }

    private static ContentRow Row(int number)
    {
        Span<byte> hash = stackalloc byte[Id128.Size];
        hash.Clear();
        BinaryPrimitives.WriteInt32BigEndian(hash[4..], number);
        return new ContentRow(new Id128(hash), BundleJudgeTests.Id((uint)number), (uint)number * 8, 8);
    }

    private SortedTable<ContentRow> Write(int count)
    {
        SortedTable<ContentRow>.Write(File, Stamp, Enumerable.Range(0, count).Select(Row));
        return SortedTable<ContentRow>.Open(File, Stamp)!;
    }

    private void Flip(int at)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        bytes[at] ^= 1;
        System.IO.File.WriteAllBytes(File, bytes);
    }
}
