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

    /// <summary>Servers whose wrong proofs are counted at once.</summary>
    public const int NamesGuessed = 10_000;

    /// <summary>One for each data source of a large machine.</summary>
    public const int SessionsPerMachine = 16;

    /// <summary>Restores and verifications of one machine.</summary>
    public const int ReadersPerMachine = 16;

    /// <summary>
    /// Packs that are taken in at once, of all machines: each holds one frame, some 1 MB. So many that machines on slow
    /// lines do not keep out the others.
    /// </summary>
    public const int PacksAtOnce = 128;

    /// <summary>Of one session, so that none takes all turns.</summary>
    public const int PacksAtOncePerSession = 4;
}
