namespace Coffer.Vault;

/// <summary>Every maximum of the room, with its reason.</summary>
internal static class Limits
{
    /// <summary>Product: so many machines without tuning. Beyond, one would wait for all others.</summary>
    public const int Machines = 1000;

    /// <summary>The share of the disk that only collection, records and the catalog may fill.</summary>
    public const int ReservePercent = 2;

    /// <summary>Room for a merge of two packs and their index even on the smallest disk.</summary>
    public const long MinReserveBytes = 64L << 20;

    /// <summary>Beyond this a reserve of a large disk is only wasted.</summary>
    public const long MaxReserveBytes = 16L << 30;

    /// <summary>
    /// Record numbers raised at once: each raise costs a synced transaction, each number lost costs nothing.
    /// </summary>
    public const int RecordNumbersAtOnce = 256;

    /// <summary>A root that no session, point or catalog row answers for.</summary>
    public static readonly TimeSpan UnclaimedRootAge = TimeSpan.FromDays(7);

    /// <summary>A session without a call.</summary>
    public static readonly TimeSpan SessionIdle = TimeSpan.FromHours(24);

    /// <summary>A session at all; a longer run checkpoints and opens the next.</summary>
    public static readonly TimeSpan SessionAge = TimeSpan.FromDays(7);

    /// <summary>Between two signs of life of a reader.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMinutes(1);

    /// <summary>A reader without a sign of life for so long has died: sixty beats that were missed.</summary>
    public static readonly TimeSpan ReaderSilence = TimeSpan.FromHours(1);

    /// <summary>
    /// Seconds that a statement waits for another process: the writer's longest transaction is one commit.
    /// </summary>
    public const int DatabaseWaitSeconds = 30;

    /// <summary>Compiled statements that a database keeps: more than it has fixed texts; of a few KB each.</summary>
    public const int SpareStatements = 128;

    /// <summary>
    /// Pages on the way from a point down to a chunk; trees have at most 16 levels, extents as many below.
    /// </summary>
    public const int GraphDepth = 64;

    /// <summary>Absent ids that one answer names: a lost pack of the smallest chunks has fewer.</summary>
    public const int MissingAtOnce = 1 << 20;

    /// <summary>
    /// Envelopes that a search of the store keeps of those that the access key signed, and again of others: years of
    /// changed passphrases. Trying one costs a second, so an agent tries no more than twice as many.
    /// </summary>
    public const int EnvelopesFound = 32;

    /// <summary>Lost ids of one answer: 320 KB.</summary>
    public const int LostIdsAtOnce = 10_000;

    /// <summary>
    /// Ids that one session asks for: a petabyte of chunks. Each costs a look into the index, which others wait for.
    /// </summary>
    public const long IdsAskedInSession = 1L << 30;

    /// <summary>
    /// References of one page by all its copies: those of a page, and as many of copies that contradict it. Whoever
    /// sends more such copies than that is lying, and loses what only they name.
    /// </summary>
    public const int PageReferenceBytes = 4 * Format.Limits.MaxReferences * 32;

    /// <summary>Jobs kept of one machine: years of daily runs.</summary>
    public const int JobsKept = 2000;

    /// <summary>
    /// Bytes of figures and findings kept of one machine's jobs, the newest of them: years of daily runs that found
    /// little, a month of such as found all that they can tell.
    /// </summary>
    public const long JobBytesKept = 16L << 20;

    /// <summary>From so many bytes on a report is looked at for <see cref="JobBytesKept"/> though its job is known.
    /// </summary>
    public const int LongJobBytes = 16 << 10;

    /// <summary>Jobs in one answer over the network.</summary>
    public const int JobsAtOnce = 100;

    /// <summary>Bytes of jobs in one answer, which lies in memory of both sides: four times the longest job.</summary>
    public const long JobListBytes = 4L << 20;

    /// <summary>Jobs read from the catalog at once.</summary>
    public const int JobRowsAtOnce = 16;

    /// <summary>Findings kept of one job; its total counts all.</summary>
    public const int FindingsKept = 1000;

    /// <summary>Characters of all findings of one job: a thousand of usual length.</summary>
    public const int FindingCharacters = 256 << 10;

    /// <summary>Figures of one job; the longest has some twenty.</summary>
    public const int JobFacts = 64;

    /// <summary>A figure's name, and a finding's code, in characters.</summary>
    public const int JobNameLength = 64;

    /// <summary>A finding's subject, most often a path, and its message, each in characters.</summary>
    public const int FindingTextLength = 1024;

    /// <summary>Why somebody stopped a data source, in characters: the audit log keeps more of it.</summary>
    public const int ReasonLength = 1000;

    /// <summary>Clock observations kept: one for each opening.</summary>
    public const int ObservationsKept = 10_000;

    /// <summary>Names that people give, in characters.</summary>
    public const int NameLength = 255;

    /// <summary>Idle connections for lookups of one keyspace: as many as a restore has threads.</summary>
    public const int LookupsKept = 16;

    /// <summary>A mount path as text: each point that is listed carries it.</summary>
    public const int SourceLabelLength = 1024;

    /// <summary>
    /// Sequence numbers: a thousand points a second for thirty years. One beyond would be the last of its source.
    /// </summary>
    public const long MaxSequence = 1_000_000_000_000;

    /// <summary>
    /// How far a point may be numbered above the source's last: a vault that was put back by years is less far behind.
    /// </summary>
    public const long SequenceLeap = 100_000;

    /// <summary>Data sources of one machine of a served vault; each has points a day of its own.</summary>
    public const int SourcesOfAMachine = 256;

    /// <summary>A public key as SubjectPublicKeyInfo; P-256's has 91 bytes.</summary>
    public const int PublicKeyBytes = 256;

    /// <summary>
    /// Packs found right that are noted in one transaction: so much is read again where a scrub is killed.
    /// </summary>
    public const int PacksNotedAtOnce = 16;

    /// <summary>Damaged packs whose frames are looked up together: some 60 MB where all of them are full.</summary>
    public const int PacksJudgedAtOnce = 64;

    /// <summary>Lost ids of one pack that are told by name; all are counted.</summary>
    public const int LostIdsTold = 100;

    /// <summary>Between two tries for the writer's lock.</summary>
    public static readonly TimeSpan LeasePoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Seeds on one disk: as many as a vault takes servers.</summary>
    public const int SeedsInFolder = Machines;

    /// <summary>What a seed says of itself: a thousand data sources with long names.</summary>
    public const int SeedManifestBytes = 4 << 20;

    /// <summary>Data sources of one seed.</summary>
    public const int SeedPoints = 1000;

    /// <summary>Packs of one seed: 128 TB; their names, held while they are taken, are 128 MB then.</summary>
    public const int SeedPacks = 4 << 20;

    /// <summary>What an import found wanting and tells by name; all of it is counted.</summary>
    public const int SeedFindings = 100;

    /// <summary>What a check, scrub or collection found and tells by name; all of it is counted.</summary>
    public const int CareFindings = 1000;

    /// <summary>Runs that are remembered: who began one hears of its end, though another one was begun since.</summary>
    public const int CareRuns = 4;

    /// <summary>Networks that a vault may be told to answer: each request is compared with all of them.</summary>
    public const int Networks = 64;
}
