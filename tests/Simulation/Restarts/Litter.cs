using Coffer.Simulation.Disks;

namespace Coffer.Simulation.Restarts;

/// <summary>
/// What may lie in a vault's folder after a crash with any content at all, as nobody may rely on it: the memory that
/// SQLite shares between processes, and how far a collection's mark had come. (Of the latter the disk itself keeps and
/// loses what was really written, too.)
/// </summary>
internal static class Litter
{
    private const int LongestBytes = 40_000;

    public static void Strew(DiskImage image, Chance chance)
    {
        if (chance.IsHeads()) return;
        foreach (string database in image.Files.Keys.ToList())
        {
            if (!database.EndsWith(".db", StringComparison.Ordinal)) continue;
            Drop(image, database + "-shm", chance);
            if (!database.StartsWith("keyspaces/", StringComparison.Ordinal)) continue;
            foreach (string end in (string[])[".mark.ids", ".mark.bits", ".mark.new"])
                Drop(image, database[..^".db".Length] + end, chance);
        }
    }

    private static void Drop(DiskImage image, string file, Chance chance)
    {
        if (!chance.IsDamaged()) return;
        var bytes = new byte[chance.Below(LongestBytes)];
        chance.Fill(bytes);
        image.Files[file] = bytes;
    }
}
