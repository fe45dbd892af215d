using Coffer.Format.Envelopes;

namespace Coffer.Agent;

/// <summary>Every maximum of the agent's engine, with its reason.</summary>
internal static class Limits
{
    /// <summary>One slab of native memory: the largest chunk fits, and so do two bundles and a half.</summary>
    public const int SlabBytes = 4 << 20;

    /// <summary>
    /// Slabs in all: the bundle's and the large file's in hand, and as many on their way. A fifth gains nothing.
    /// </summary>
    public const int Slabs = 4;

    /// <summary>Sealed frames on their way to the writer.</summary>
    public const int SealedFrames = 3;

    /// <summary>Jobs waiting for a worker. Pages are small and chunks are held back by slabs.</summary>
    public const int WaitingJobs = 32;

    /// <summary>
    /// Questions to the vault that are not answered yet: more chunks than there are slabs, and some batches of pages.
    /// </summary>
    public const int Questions = 32;

    /// <summary>zstd keeps both cores of a small machine busy; more workers than cores only cost memory.</summary>
    public const int MaxWorkers = 8;

    /// <summary>A file below this goes into a bundle with its neighbours.</summary>
    public const int SmallFileBytes = 256 << 10;

    /// <summary>
    /// A bundle ends at the first file after this many bytes whose content says so. With the two figures below the
    /// average is about 1 MiB: 256 KiB costs 5 % of stored size, 4 MiB gains 2 % and makes one file dear to restore.
    /// </summary>
    public const int BundleMinBytes = 640 << 10;

    /// <summary>Expected bytes from the minimum to the end; spread over files by their size, so that few large files
    /// end a bundle as surely as many small ones.</summary>
    public const int BundleTailBytes = 384 << 10;

    /// <summary>A bundle never exceeds this.</summary>
    public const int BundleMaxBytes = 1792 << 10;

    /// <summary>Entries that may wait for the bundle in hand before it is closed early: bounds memory where one file
    /// among millions changed.</summary>
    public const int WaitingEntries = 32_768;

    /// <summary>A listing page is not cut below this; see <see cref="PageCutBits"/>.</summary>
    public const int PageMinBytes = 12 << 10;

    /// <summary>Nor beyond this.</summary>
    public const int PageMaxBytes = 64 << 10;

    /// <summary>
    /// A page is cut after the minimum at one entry in 2^7, so it averages 18 KiB: what one changed entry costs.
    /// </summary>
    public const int PageCutBits = 7;

    /// <summary>A tree page is cut where the child's id has this many low bits zero.</summary>
    public const int TreeCutBits = 6;

    /// <summary>An extent page is cut where the chunk's id has this many low bits zero.</summary>
    public const int ExtentCutBits = 8;

    /// <summary>Pages asked for in one question to the vault.</summary>
    public const int PagesAsked = 64;

    /// <summary>Ids of base pages remembered while the new page that may equal one is still open.</summary>
    public const int RememberedPages = 256;

    /// <summary>
    /// KiB times passes that trying one passphrase on one keyspace may cost: 64 envelopes as dear as Coffer makes them,
    /// which is all that a vault finds and a minute or two. A planted one may cost as much as 16 of them and is tried
    /// after them.
    /// </summary>
    public const long PassphraseWork = 64L * Argon2Parameters.MinimumMemoryKib * Argon2Parameters.MaximumPasses;

    /// <summary>Newest points that keys are tried on: more than a bad block or two takes.</summary>
    public const int PointsOfProof = 16;

    /// <summary>Times a file that changes while it is read is read again.</summary>
    public const int RereadsOfChangedFile = 2;

    /// <summary>
    /// A file touched less long ago is asked whether it is open for writing: a mapped page may change for as long
    /// without a new time, until the kernel has written it back (30 s by default, and up to 5 more).
    /// </summary>
    public const int MappedWriteSeconds = 60;

    /// <summary>Findings kept of one run; the rest is only counted.</summary>
    public const int Findings = 1000;

    /// <summary>
    /// Points of one source, one a second for 30,000 years: a vault that says more would use up the numbers.
    /// </summary>
    public const long HighestSequence = 1_000_000_000_000;

    /// <summary>Commits of one session before it gives up on what the vault keeps losing.</summary>
    public const int CommitRounds = 3;

    /// <summary>
    /// Lost ids heeded before the scan: a terabyte of large files. What is beyond comes up at the commit.
    /// </summary>
    public const int LostIds = 1 << 20;

    /// <summary>One sealed chunk in so many is opened again before its pack is sent; pages always are.</summary>
    public const int VerifiedChunkShare = 16;

    /// <summary>One cached page; a listing page is at most <see cref="PageMaxBytes"/> and its last entry.</summary>
    public const int CachedPageBytes = 16 << 20;

    /// <summary>
    /// Files with several names kept in memory while names are still to come: at most some 8 MB; above, they spill.
    /// </summary>
    public const int LinkRowsInMemory = 16_384;

    /// <summary>Free space in the cache folder below which no run begins: a listing of some 500,000 files.</summary>
    public const long CacheFloorBytes = 16 << 20;

    /// <summary>Rows of a cached table sorted in memory before they are written out as a run: 0.9 MB.</summary>
    public const int SortedRowsInMemory = 16_384;

    /// <summary>
    /// Bundles and pages that one run may make anew: 4 GiB of bundles, 300 KB of memory; the rest waits for the next.
    /// </summary>
    public const int RebundlingCandidates = 4096;

    /// <summary>How far a file system's clock may be behind the agent's: that of a network mount.</summary>
    public const int RebundlingClockSlackSeconds = 10;

    /// <summary>
    /// Contents moved in a run whose place is remembered, so that clones stay one: some 4 MB. Beyond, a clone is
    /// stored once more.
    /// </summary>
    public const int RememberedMoves = 32_768;

    /// <summary>Largest folders that a preview of a policy tells: a screen's half.</summary>
    public const int PreviewedFolders = 10;
}
