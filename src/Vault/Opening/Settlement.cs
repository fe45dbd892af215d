namespace Coffer.Vault.Opening;

/// <summary>What a writer that died left behind, put in order by the next.</summary>
internal static class Settlement
{
    public static void Run(OpenVault vault) => vault.Store.RemoveLeftovers();
}
