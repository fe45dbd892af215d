using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Vault.Documents;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Sharing;

/// <summary>
/// Who shares a keyspace with whom, and who is believed. Kept in memory, as each question of a backup asks it; every
/// change goes through here.
/// </summary>
internal sealed class SharingShelf(OpenVault vault)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<KeyspaceId, Terms> _known = [];

    /// <summary>Null where the keyspace is one machine's own.</summary>
    public SharingTerms? TermsOf(KeyspaceId keyspace) => Find(keyspace).Shared;

    /// <summary>Whose copies count for a machine.</summary>
    public Audience AudienceOf(KeyspaceId keyspace, MachineId machine)
    {
        var terms = Find(keyspace);
        return terms.IsPlain ? Audience.Sole(machine) : new MemberAudience(machine, terms.Shared, terms.Distrusted);
    }

    /// <summary>Of a point that was taken in before: what counts is that it can be read, by whomever.</summary>
    public Audience ReadersOf(KeyspaceId keyspace, MachineId machine) =>
        Find(keyspace).IsPlain ? Audience.Sole(machine) : Audience.OfReaders(machine);

    public Distrust? DistrustOf(KeyspaceId keyspace, MachineId machine) =>
        Find(keyspace).Distrusted.GetValueOrDefault(machine);

    /// <summary>Before the rows of a registration: without them it says nothing.</summary>
    public void Share(KeyspaceId keyspace, SharingTerms terms)
    {
        vault.Documents.Put(
            DocumentKinds.SharedKeyspace, $"{keyspace}", new SharedKeyspace(keyspace, terms, vault.Now));
        Forget(keyspace);
    }

    /// <summary>
    /// Durable in this order: what is believed from now on, then the epoch that voids every mark from before; whoever
    /// dies in between has it raised at the next opening (<see cref="Settle"/>). What is believed is in force from the
    /// first step on, and a walk asks for it within its transaction: so no mark of the new epoch is by the old belief.
    /// </summary>
    public void Put(Distrust distrust)
    {
        var file = vault.Keyspace(distrust.Keyspace);
        vault.Documents.Put(
            DocumentKinds.Distrust, $"{distrust.Machine}", distrust with { Epoch = file.LossEpoch() + 1 });
        Forget(distrust.Keyspace);
        file.RaiseLossEpoch();
    }

    /// <summary>The epoch of a keyspace file that was just opened is at least the one that distrust asks for.</summary>
    public void Settle(KeyspaceFile file)
    {
        long asked = Find(file.Keyspace).Distrusted.Values.Select(distrust => distrust.Epoch).DefaultIfEmpty(0).Max();
        if (file.LossEpoch() < asked) file.SetLossEpoch(asked);
    }

    private void Forget(KeyspaceId keyspace)
    {
        lock (_lock) _known.Remove(keyspace);
    }

    private Terms Find(KeyspaceId keyspace)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(keyspace, out var known)) return known;
            var shared = vault.Documents.Find(DocumentKinds.SharedKeyspace, $"{keyspace}");
            var distrusted = vault.Documents.All(DocumentKinds.Distrust)
                .FindAll(distrust => distrust.Keyspace == keyspace)
                .ToDictionary(distrust => distrust.Machine);
            return _known[keyspace] = new Terms(shared?.Terms, distrusted);
        }
    }

    private sealed record Terms(SharingTerms? Shared, IReadOnlyDictionary<MachineId, Distrust> Distrusted)
    {
        public bool IsPlain => Shared is null && Distrusted.Count == 0;
    }
}
