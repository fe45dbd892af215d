namespace Coffer.Agent.Rebundling;

/// <summary>
/// When bundles of small files are made anew, and how the rule is met at hardly any cost:
/// 1. While run N writes its listing, <see cref="BundleUse"/> adds up, page by page, how many bytes of each bundle
///    its entries use. Rows go to sorted runs in the cache folder, so memory stays flat.
/// 2. When point N is committed, the rows are folded with the table of run N − 1, which knows each bundle's length and
///    the run that first met it, into the table of run N. <see cref="BundleJudge"/> sees every row on its way: a bundle
///    of which under half is used, and a page whose entries use over four times the bundles that their bytes need, are
///    candidates where they are old enough. The worst that fit into 2 % of the small files' bytes make the
///    <see cref="BundlePlan"/>.
/// 3. Run N + 1, where it finds that plan and the listing of N in the cache, reads the planned entries once more and
///    puts them into new bundles (<see cref="BundleMoves"/>): only entries that did not change since the run before
///    the last began. A move changes where bytes lie, never what they are: an entry whose bytes cannot be read, or are
///    not those that its content hash tells, stays as it was.
/// Table and plan carry the stamp of point N. A lost cache forgets both, and then every bundle is as new: so nothing is
/// made anew in a run after a loss, nor in the seven that follow.
/// </summary>
internal static class BundleRules
{
    /// <summary>A bundle is worth making anew where it has over so many bytes for each that is used.</summary>
    public const int LengthPerUsedByte = 2;

    /// <summary>A page's files may lie in so many times the bundles that their bytes need.</summary>
    public const int BundlesPerNeeded = 4;

    /// <summary>What a bundle holds on average (<see cref="Limits.BundleMinBytes"/>): the measure of need.</summary>
    public const ulong BundleBytes = 1 << 20;

    /// <summary>Bundles first met in so many of the last runs stand: what is young may yet be used again.</summary>
    public const uint YoungRuns = 7;

    /// <summary>
    /// At most one byte in so many of the source's small files is moved in a run. A bundle of which more is used is
    /// never planned: a source has at most fifty of those.
    /// </summary>
    public const ulong SmallBytesPerMoved = 50;

    public static ulong BundlesNeeded(ulong bytes) => Math.Max(1, (bytes + BundleBytes - 1) / BundleBytes);

    /// <summary>Whether a bundle first met in <paramref name="firstRun"/> may go in the run after this one.</summary>
    public static bool IsOld(uint firstRun, uint run) => firstRun > 0 && run >= firstRun + YoungRuns;
}
