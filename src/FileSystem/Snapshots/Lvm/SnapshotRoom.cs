namespace Coffer.FileSystem.Snapshots.Lvm;

/// <summary>
/// How much of a volume group a thick snapshot gets. What is overwritten in the volume meanwhile goes there; once that
/// is full, the snapshot is lost.
/// </summary>
internal static class SnapshotRoom
{
    /// <summary>More than most volumes overwrite while they are backed up.</summary>
    private const long UsualShare = 5, UsualAtLeastBytes = 1L << 30;

    /// <summary>With less it would hardly last: a fiftieth of the volume.</summary>
    private const long SmallestShare = 50;

    /// <summary>One extent at least beside what LVM itself writes into it.</summary>
    private const long SmallestExtents = 2;

    /// <returns>Extents; null where the group has not enough.</returns>
    public static long? ExtentsFor(LogicalVolume volume)
    {
        long whole = Extents(volume.SizeBytes, volume.ExtentBytes);
        long usual = Math.Max(whole / UsualShare, Extents(UsualAtLeastBytes, volume.ExtentBytes));
        // A table of what was copied comes on top: with that a snapshot as large as its volume can never overflow.
        usual = Math.Min(usual, whole + (whole / 100) + 1);
        long smallest = SmallestOf(volume);
        // The other half stays for what grows by itself meanwhile, such as pools of thin volumes.
        long available = Math.Max(volume.FreeExtents / 2, Math.Min(volume.FreeExtents, smallest));
        long given = Math.Min(usual, available);
        return given >= smallest ? given : null;
    }

    public static long SmallestBytesFor(LogicalVolume volume) => SmallestOf(volume) * volume.ExtentBytes;

    private static long SmallestOf(LogicalVolume volume) =>
        Math.Max(Extents(volume.SizeBytes, volume.ExtentBytes) / SmallestShare, SmallestExtents);

    private static long Extents(long bytes, long extentBytes) =>
        (bytes / extentBytes) + (bytes % extentBytes == 0 ? 0 : 1);
}
