using Coffer.FileSystem.Snapshots.Lvm;

namespace Coffer.Unit.FileSystem.Snapshots;

public sealed class SnapshotRoomTests
{
    private const int Extent = 4 << 20, GiB = 256; // extents

    [Theory]
    [InlineData(100 * GiB, 1000 * GiB, 20 * GiB)] // a fifth
    [InlineData(100 * GiB, 20 * GiB, 10 * GiB)] // of what is free one half stays
    [InlineData(100 * GiB, 4 * GiB, 2 * GiB)]
    [InlineData(100 * GiB, 3 * GiB, 2 * GiB)] // or less, where it would not do
    [InlineData(100 * GiB, (2 * GiB) - 1, null)]
    [InlineData(100 * GiB, 0, null)]
    [InlineData(GiB, 1000, GiB)] // a gibibyte at least
    [InlineData(100, 1000, 102)] // but never more than the volume and LVM's own table
    [InlineData(1, 1000, 2)]
    [InlineData(1, 1, null)]
    public void ExtentsFor_VolumeAndFreeSpace_AreThese(int volume, int free, int? given) =>
        SnapshotRoom.ExtentsFor(Volume((long)volume * Extent, free)).ShouldBe(given);

    [Fact]
    public void ExtentsFor_AnyVolume_AreNeverMoreThanThereIs()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int i = 0; i < 10_000; i++)
        {
            var volume = Volume(random.NextInt64(1, 1L << 45), random.NextInt64(0, 1L << 24));
            long? given = SnapshotRoom.ExtentsFor(volume);
            if (given is { } extents) extents.ShouldBeInRange(2, volume.FreeExtents, $"seed {seed}: {volume}");
            else (volume.FreeExtents * Extent).ShouldBeLessThan(SnapshotRoom.SmallestBytesFor(volume), $"seed {seed}");
        }
    }

    private static LogicalVolume Volume(long bytes, long free) =>
        new("u", "vg", "lv", "-wi-ao----", bytes, "", "", null, free, Extent, "/dev/mapper/vg-lv");
}
