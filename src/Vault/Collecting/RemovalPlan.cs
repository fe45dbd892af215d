using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Vault.Keyspaces;

namespace Coffer.Vault.Collecting;

/// <summary>Which packs are worth removing; a proposal only, each is looked at again when its turn comes.</summary>
internal sealed class RemovalPlan
{
    /// <summary>Nothing in them lives.</summary>
    public required IReadOnlyList<PackRow> WholeDead { get; init; }

    /// <summary>Packs to be made one of each: those of which little lives, least first, and many small ones.</summary>
    public required IReadOnlyList<IReadOnlyList<PackRow>> Batches { get; init; }

    /// <param name="removable">Condemned ids whose time has come.</param>
    public static RemovalPlan Make(
        KeyspaceMark mark, List<ObjectId> removable, List<PackRow> packs, CollectionRules rules)
    {
        var living = LivingBytes(mark, DeadOf(mark, removable), packs);
        var batches = new List<IReadOnlyList<PackRow>>();
        foreach (var packClass in (PackClass[])[PackClass.Data, PackClass.Metadata])
        {
            var ofClass = packs.FindAll(pack => pack.Class == packClass && living[pack.Number] > 0);
            var chosen = ofClass.FindAll(p => living[p.Number] * 100 < p.Length * rules.CopyBelowPercent);
            chosen.Sort((a, b) => (living[a.Number] * b.Length).CompareTo(living[b.Number] * a.Length));
            var small = ofClass.FindAll(pack => pack.Length < rules.SmallPackBytes && !chosen.Contains(pack));
            if (small.Count >= rules.SmallPacks) chosen.AddRange(small);
            batches.AddRange(Batched(chosen, pack => living[pack.Number]));
        }
        return new RemovalPlan
        {
            WholeDead = packs.FindAll(pack => living[pack.Number] == 0),
            Batches = batches,
        };
    }

    private static Bits DeadOf(KeyspaceMark mark, List<ObjectId> removable)
    {
        var dead = new Bits(mark.Ids.Count);
        foreach (var id in removable)
        {
            long number = mark.Ids.Find(id);
            if (number >= 0 && !mark.Marked[number]) dead.Set(number);
        }
        return dead;
    }

    private static Dictionary<long, long> LivingBytes(KeyspaceMark mark, Bits dead, List<PackRow> packs)
    {
        var living = packs.ToDictionary(pack => pack.Number, _ => 0L);
        mark.Graph.Frames((id, _, length, pack, _) =>
        {
            long number = mark.Ids.Find(new ObjectId(id));
            if ((number < 0 || !dead[number]) && living.ContainsKey(pack)) living[pack] += length;
        });
        return living;
    }

    // As many as fill one pack; a batch of one small pack would only move it.
    private static IEnumerable<IReadOnlyList<PackRow>> Batched(List<PackRow> packs, Func<PackRow, long> living)
    {
        var batch = new List<PackRow>();
        long bytes = 0;
        foreach (var pack in packs)
        {
            if (batch.Count > 0 && bytes + living(pack) > Format.Limits.PackTargetBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
            batch.Add(pack);
            bytes += living(pack);
        }
        if (batch.Count > 0) yield return batch;
    }
}
