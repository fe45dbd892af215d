using Coffer.Domain;
using Coffer.Simulation.Damage;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;

namespace Coffer.Simulation.Interleavings;

/// <summary>A copy of a vault's tables, taken at one turn and put back at another.</summary>
internal sealed class Tables(Site site)
{
    private byte[]? _catalog, _index;

    public bool HasCopy => _catalog is not null;

    public void Copy()
    {
        _catalog = File.ReadAllBytes(DamageSteps.Catalog(site));
        _index = File.ReadAllBytes(DamageSteps.Index(site));
    }

    /// <returns>The vault, once it was refused and recovered.</returns>
    public async Task<EmbeddedVault> BringBackAsync(bool alsoIndex)
    {
        Write(DamageSteps.Catalog(site), _catalog!);
        if (alsoIndex) Write(DamageSteps.Index(site), _index!);
        var refusal = await Should.ThrowAsync<FaultException>(async () => await site.OpenAsync());
        refusal.Fault.Code.ShouldBe("vault.behind");
        var report = await site.RecoverAsync();
        report.Catalog.ShouldContain("older");
        report.WithoutFile.ShouldBeEmpty();
        report.Findings.ShouldBeEmpty();
        var vault = await site.OpenAsync();
        // A new catalog knows no time but that of the last point; somebody looks at the clock.
        vault.ConfirmTime();
        return vault;
    }

    private static void Write(string path, byte[] bytes)
    {
        foreach (string end in (string[])["-wal", "-shm"]) File.Delete(path + end);
        File.WriteAllBytes(path, bytes);
    }
}
