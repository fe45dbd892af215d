namespace Coffer.Vault.Serving;

/// <summary>Numbers of a served vault, each with its reason.</summary>
public static class ServingRules
{
    /// <summary>A token that was stolen is worth so much time; one that is renewed each hour costs nothing.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

    /// <summary>Clocks may be so far apart; as long must nonces be remembered.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    /// <summary>Wrong proofs of a server's passphrase, then none is taken for <see cref="GuessPause"/>.</summary>
    public const int WrongProofs = 5;

    /// <inheritdoc cref="WrongProofs"/>
    public static readonly TimeSpan GuessPause = TimeSpan.FromMinutes(15);

    /// <summary>Tokens of one machine: the oldest ends where it asks for another.</summary>
    public const int TokensPerMachine = 8;

    /// <summary>Sign-ins of one machine within the time that nonces are kept for.</summary>
    public const int NoncesPerMachine = 1000;

    /// <summary>
    /// Changes of a machine's policy, protection, holds and envelopes in an hour: enough to hold all points of a year,
    /// and some 15 MB of records a day at most.
    /// </summary>
    public const int ChangesAnHour = 400;

    /// <summary>One for each data source of a large machine.</summary>
    public const int SessionsPerMachine = 16;

    /// <summary>Sessions of which it is remembered that another took their place: searched one by one.</summary>
    public const int ReplacedSessions = 1000;

    /// <summary>Questions of one session about what is there: an agent asks one at a time.</summary>
    public const int QuestionsAtOnce = 2;

    /// <summary>Restores and verifications of one machine.</summary>
    public const int ReadersPerMachine = 16;

    /// <summary>
    /// Packs that are taken in at once, of all machines: each holds one frame, some 1 MB. So many that machines on slow
    /// lines do not keep out the others.
    /// </summary>
    public const int PacksAtOnce = 128;

    /// <summary>Of one machine, so that none takes all turns.</summary>
    public const int PacksAtOncePerMachine = 8;

    /// <summary>
    /// What a pack may take beside a second for each KiB: then its turn is another's. Four at once over 64 kbit/s come
    /// at twice that rate, also where a throttle slows down packs that are on their way.
    /// </summary>
    public static readonly TimeSpan PackTime = TimeSpan.FromMinutes(5);

    /// <inheritdoc cref="PackTime"/>
    public const int SlowestBytesPerSecond = 1 << 10;

    /// <summary>A restore at all: what it reads cannot be removed meanwhile.</summary>
    public static readonly TimeSpan ReaderAge = TimeSpan.FromDays(7);
}
