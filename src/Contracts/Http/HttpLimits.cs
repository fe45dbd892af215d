namespace Coffer.Contracts.Http;

/// <summary>Every maximum of the client, with its reason. A vault is not trusted to keep its answers short.</summary>
internal static class HttpLimits
{
    /// <summary>Lists of points and jobs: some 100,000 rows.</summary>
    public const int MaxMessageBytes = 64 << 20;

    /// <summary>What is no list: a token, a status, the envelopes of one keyspace.</summary>
    public const int ShortAnswerBytes = 1 << 20;

    /// <summary>A policy is a record of at most 4 MiB, in base64.</summary>
    public const int PolicyBytes = 8 << 20;

    /// <summary>Why something was refused, for people.</summary>
    public const int ProblemBytes = 64 << 10;

    /// <summary>Of a problem's title and detail, in characters: a screen full.</summary>
    public const int ProblemText = 4000;

    /// <summary>A code, and a token, in characters.</summary>
    public const int CodeLength = 64, TokenLength = 512;

    /// <summary>Packs on their way at once: two fill a long link, four a slow disk at its end as well.</summary>
    public const int PacksOnTheWay = 4;

    /// <summary>Ids of a first backup that are kept in memory: some 20 MB.</summary>
    public const int IdsRemembered = 200_000;

    /// <summary>
    /// Questions on their way at once: what comes meanwhile waits half an answer's time on average, and the vault is
    /// asked about several ids at a time.
    /// </summary>
    public const int QuestionsOnTheWay = 4;

    /// <summary>
    /// A session's first pack is sent when it is so long, each one after at double the length, up to a pack's
    /// own: a long line stands idle until the first is full.
    /// </summary>
    public const int FirstPackBytes = 2 << 20;

    /// <summary>Ids in one question: 2 MiB.</summary>
    public const int IdsAtOnce = 1 << 16;

    /// <summary>
    /// Sessions and readers that one run opens anew: a service that is started so often in a run has other troubles.
    /// </summary>
    public const int Reopenings = 100;

    /// <summary>Of these, for one request.</summary>
    public const int ReopeningsAtOnce = 3;

    /// <summary>Read from the spool at once.</summary>
    public const int SpoolReadBytes = 256 << 10;

    /// <summary>As a vault takes them: a thousand points a second for thirty years.</summary>
    public const long HighestSequence = 1_000_000_000_000;

    /// <summary>For the report of a job that is over: a service that is just being started anew has it.</summary>
    public static readonly TimeSpan LastReportPatience = TimeSpan.FromMinutes(2);

    /// <summary>For what is only said out of politeness.</summary>
    public static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A vault that has changed its key is met by it so long after at the latest; within the day in which it takes what
    /// was signed for the key before.
    /// </summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromHours(1);

    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>For the word that a pack may come; without one it is sent all the same.</summary>
    public static readonly TimeSpan ContinueTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// From the last byte of a question to the first of its answer, and between any two parts of a body; a commit may
    /// walk a large graph.
    /// </summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(5);

    /// <summary>A request that is slower is taken for a broken one: 64 kbit/s, with four packs on their way.</summary>
    public const int SlowestBytesPerSecond = 2 << 10;

    /// <summary>What a system takes of a connection at most before it has gone: Linux's usual tcp_wmem.</summary>
    public const int BytesWithTheSystem = 4 << 20;

    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>A token is renewed when so much of its life is left: a long upload must not outlive it.</summary>
    public static readonly TimeSpan TokenReserve = TimeSpan.FromMinutes(1);
}
