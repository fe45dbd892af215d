using System.Runtime.ExceptionServices;
using Coffer.Contracts;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;

namespace Coffer.Agent.Registration.Envelopes;

/// <summary>
/// Tries a passphrase on the envelopes that a vault gives of one keyspace. It is one, unless the vault has lost track;
/// then they are whatever lies there, and whoever can write to its disk may have put some of them there. So:
/// 1. those that cost the least come first, and all together may cost only so much: no envelope of ours is dear;
/// 2. whatever fails of one, the next is tried;
/// 3. of several, one whose keys open a point of the keyspace counts before one whose keys do not.
/// </summary>
internal static class EnvelopeTrial
{
    /// <param name="isForGood">
    /// This machine will seal under these keys from now on, so they are refused where points are there and none opens.
    /// </param>
    /// <exception cref="FaultException"><c>passphrase.wrong</c>, <c>envelope.missing</c>, <c>memory.short</c>,
    /// <c>format.newer</c>, a broken rule of passphrases.</exception>
    /// <exception cref="CorruptionException">The passphrase is right, and no envelope that it opens is genuine.
    /// </exception>
    public static async Task<OpenedEnvelope> OpenAsync(
        IVault vault, KeyspaceId keyspace, string passphrase, bool isForGood, CancellationToken cancellationToken)
    {
        var all = await EnvelopesAsync(vault, keyspace, cancellationToken);
        var bearable = Bearable(all);
        OpenedEnvelope? doubtful = null;
        Exception? why = null;
        foreach (var envelope in bearable)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var opened = TryOpen(envelope, passphrase, ref why);
            if (opened is null) continue;
            if (all.Count == 1 && !isForGood) return opened;
            bool? isProved = await ProveAsync(vault, opened, cancellationToken);
            if (isProved != false) return opened;
            why = MoreTelling(why, NotGenuine(envelope));
            if (doubtful is null && !isForGood) doubtful = opened;
            else opened.Dispose();
        }

        if (doubtful is not null) return doubtful;
        if (bearable.Count < all.Count && why is FaultException) throw TooMany(all.Count - bearable.Count, keyspace);
        ExceptionDispatchInfo.Throw(why!);
        throw why!;
    }

    /// <summary>The passphrase envelopes of a keyspace that can be read; at least one.</summary>
    public static async Task<IReadOnlyList<Envelope>> EnvelopesAsync(
        IVault vault, KeyspaceId keyspace, CancellationToken cancellationToken)
    {
        var envelopes = new List<Envelope>();
        Exception? damage = null;
        foreach (byte[] bytes in await vault.ReadEnvelopesAsync(keyspace, cancellationToken))
        {
            try
            {
                var envelope = Envelope.Decode(bytes, $"an envelope of keyspace {keyspace}");
                if (envelope.Head.Kind == EnvelopeKind.Passphrase && envelope.Head.Keyspace == keyspace)
                    envelopes.Add(envelope);
            }
            catch (Exception e) when (e is CorruptionException or FaultException)
            {
                damage = e; // one of a newer version may lie beside one that this program knows
            }
        }

        return envelopes.Count > 0 ? envelopes : throw damage as FaultException ?? FaultException.Failed(
            "envelope.missing", $"The vault holds no passphrase envelope of keyspace {keyspace} that can be read.",
            "No copy of it is left in records, metadata packs or beside the points; another copy of the vault may "
            + "have one.", damage);
    }

    /// <summary>True where the failure is one envelope's, so that another may still open.</summary>
    public static bool IsOfOneEnvelope(Exception e) =>
        e is CorruptionException or FaultException { Fault.Code: "passphrase.wrong" or "memory.short" };

    /// <summary>
    /// Which of two failures tells more: a passphrase that was right, then one that could not be tried, then others.
    /// </summary>
    public static Exception MoreTelling(Exception? known, Exception next)
    {
        return known is not null && Rank(known) >= Rank(next) ? known : next;

        static int Rank(Exception e) => e switch
        {
            CorruptionException => 2,
            FaultException { Fault.Code: "memory.short" } => 1,
            _ => 0,
        };
    }

    // As many of the cheapest as the limit bears. A stable order: of equally dear ones the vault's likeliest is first.
    internal static List<Envelope> Bearable(IReadOnlyList<Envelope> envelopes)
    {
        var bearable = new List<Envelope>();
        long work = 0;
        foreach (var envelope in envelopes.OrderBy(Work))
        {
            work += Work(envelope);
            if (work > Limits.PassphraseWork) break;
            bearable.Add(envelope);
        }

        return bearable;

        static long Work(Envelope envelope) =>
            (long)envelope.Head.Parameters.MemoryKib * envelope.Head.Parameters.Passes;
    }

    private static OpenedEnvelope? TryOpen(Envelope envelope, string passphrase, ref Exception? why)
    {
        EnvelopeSecrets? secrets = null;
        try
        {
            secrets = EnvelopeSecrets.FromPassphrase(passphrase, envelope.Salt, envelope.Head.Parameters);
            return new OpenedEnvelope(EnvelopeSealer.Open(envelope, secrets), secrets);
        }
        catch (Exception e) when (IsOfOneEnvelope(e))
        {
            secrets?.Dispose();
            why = MoreTelling(why, e);
            return null;
        }
    }

    private static async Task<bool?> ProveAsync(
        IVault vault, OpenedEnvelope opened, CancellationToken cancellationToken)
    {
        try
        {
            return await KeyProof.ByPointsAsync(vault, opened.Keys, cancellationToken);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static CorruptionException NotGenuine(Envelope envelope) => new(
        $"envelope {envelope.Head.Number} of keyspace {envelope.Head.Keyspace}",
        "the keys that its points are sealed with", "others");

    private static FaultException TooMany(int untried, KeyspaceId keyspace) => FaultException.Usage(
        "passphrase.wrong",
        $"The passphrase opens none of the envelopes of keyspace {keyspace} that were tried; {untried} more were not, "
        + "as they ask for more work than any that Coffer makes.",
        "Check capital letters, spaces and the keyboard's language. Envelopes like these were not put into the vault "
        + "by Coffer: find out who writes to its disk.");
}
