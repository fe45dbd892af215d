using System.Collections.Concurrent;
using Coffer.Domain;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Servers;

/// <summary>
/// Whether a server, or the vault, has taken all that it may. What a keyspace holds is counted now and then, and what
/// comes in between is added: a quota is held to within what is on its way at that moment. Of a shared keyspace each
/// member's quota is about what it sent itself, or one could use up the others'.
/// </summary>
internal sealed class QuotaGate(OpenVault vault)
{
    private static readonly TimeSpan s_counted = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<KeyspaceId, Count> _counts = new();
    private readonly ConcurrentDictionary<MachineId, Count> _countsOfMembers = new();

    /// <exception cref="FaultException"><c>quota.server</c>, <c>quota.vault</c>.</exception>
    /// <param name="bytes">About to be taken.</param>
    public void Require(MachineId machine, KeyspaceId keyspace, long bytes)
    {
        bool isShared = vault.Sharing.TermsOf(keyspace) is not null;
        if (LimitOf($"{machine}") is { } own
            && (isShared ? UsedBy(machine, keyspace) : UsedBy(keyspace)) + bytes > own)
            throw Reached("quota.server", "This server", own);
        if (LimitOf(DocumentKinds.Vault) is { } all
            && vault.Catalog.Keyspaces.All().Sum(UsedBy) + bytes > all)
            throw Reached("quota.vault", "This vault", all);
        _counts.AddOrUpdate(keyspace, new Count(0, 0), (_, known) => known with { Bytes = known.Bytes + bytes });
        if (isShared)
            _countsOfMembers.AddOrUpdate(
                machine, new Count(0, 0), (_, known) => known with { Bytes = known.Bytes + bytes });
    }

    private long? LimitOf(string id) => vault.Documents.Find(DocumentKinds.Quota, id)?.Bytes;

    private long UsedBy(KeyspaceId keyspace) => Counted(
        _counts, keyspace,
        () => KeyspaceTotals.Of(vault, keyspace) is { Damage: null } totals ? totals.Bytes : null);

    private long UsedBy(MachineId machine, KeyspaceId keyspace) =>
        Counted(_countsOfMembers, machine, () => vault.Keyspace(keyspace).Packs.BytesOf(machine));

    private long Counted<T>(ConcurrentDictionary<T, Count> counts, T whose, Func<long?> count)
        where T : notnull
    {
        var time = vault.Options.Time;
        if (counts.TryGetValue(whose, out var known) && known.At != 0 && time.GetElapsedTime(known.At) < s_counted)
            return known.Bytes;
        // What a damaged index held counts as it was last known: others must not be refused for it, nor take its place.
        long bytes = count() ?? known.Bytes;
        counts[whose] = new Count(bytes, time.GetTimestamp());
        return bytes;
    }

    private static FaultException Reached(string code, string whose, long bytes) => FaultException.Refused(
        code, $"{whose} has stored as much as its quota allows: {bytes} bytes.",
        "Have a Backup Contributor raise it, or keep less. What is stored stays, and nothing goes for it.");

    /// <param name="At">A timestamp; 0 where it was never counted.</param>
    private readonly record struct Count(long Bytes, long At);
}
