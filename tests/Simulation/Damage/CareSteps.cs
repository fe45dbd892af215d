using Coffer.Domain;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;

namespace Coffer.Simulation.Damage;

/// <summary>What whoever keeps the disk does: looks for damage, and has tables made anew.</summary>
internal static class CareSteps
{
    public static Step Scrub { get; } = new("scrub", async site =>
    {
        await using (var vault = await site.OpenAsync())
        {
            var report = vault.Scrub(null, null, () => true);
            if (report.Problem is { } problem) throw new FaultException(problem);
            report.IsDone.ShouldBeTrue();
        }
        site.Note("scrubbed", promises => promises.IsScrubbed = true);
    });

    public static Step Recover { get; } = new("recover", async site =>
    {
        var report = await site.RecoverAsync();
        report.WithoutFile.ShouldBeEmpty();
        report.Findings.ShouldBeEmpty();
    });
}
