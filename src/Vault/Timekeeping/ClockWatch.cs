using Coffer.Vault.Opening;

namespace Coffer.Vault.Timekeeping;

/// <summary>
/// Looks at the clocks again while a vault is open: one that jumps during a long backup must not make anything expire
/// at its end either.
/// </summary>
internal static class ClockWatch
{
    /// <summary>
    /// Whether the time cannot be believed, now that it is to decide something. A new doubt is noted; an old one ends
    /// only with an opening or a confirmation, which set right what was stamped meanwhile.
    /// </summary>
    public static bool IsInDoubt(OpenVault vault)
    {
        if (vault.Catalog.Vault.Read() is not { } facts || facts.Clock.IsInDoubt) return true;
        var now = vault.Options.Observe();
        var state = vault.Options.ClockRule.Next(facts.Clock, vault.Catalog.Vault.LastObservation(), now);
        if (!state.IsInDoubt) return false;
        vault.Catalog.Transaction(() =>
        {
            vault.Catalog.Vault.Observe(now, state.Doubt);
            vault.Catalog.Vault.SetClock(state);
        });
        return true;
    }
}
