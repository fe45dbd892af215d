using Coffer.Domain;

namespace Coffer.Vault.Opening;

/// <summary>
/// What the packs of a keyspace are, or why its index cannot tell: a damaged one is no reason to tell nothing of the
/// others.
/// </summary>
/// <param name="Damage">Null where the index is sound, as far as it was met.</param>
internal readonly record struct KeyspaceTotals(long Packs, long Bytes, Fault? Damage)
{
    // Of one file. Where the disk is gone or nothing opens, that is told of the vault as a whole.
    private static readonly string[] s_ofOne =
        ["vault.damaged", "vault.behind", "vault.newer", "vault.keyspace", "store.failing"];

    public static KeyspaceTotals Of(OpenVault vault, KeyspaceId keyspace)
    {
        try
        {
            var totals = vault.Keyspace(keyspace).Packs.Totals();
            return new KeyspaceTotals(totals.Count, totals.Bytes, null);
        }
        catch (FaultException e) when (s_ofOne.Contains(e.Fault.Code))
        {
            return new KeyspaceTotals(0, 0, e.Fault);
        }
    }
}
