using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Simulation.Scenarios;

/// <summary>Making a vault, its passphrase, its time, its collection.</summary>
internal static class VaultSteps
{
    public static Step Create { get; } = new("create the vault", site =>
    {
        if (EmbeddedVault.Look(site.Folder) == VaultFolderKind.Vault) return Task.CompletedTask;
        return site.ChangeAsync("create the vault", promises => promises.IsVault, true, () =>
        {
            EmbeddedVault.Create(site.Folder, "simulated", site.Time);
            return Task.CompletedTask;
        });
    });

    public static Step Register { get; } = new("register", async site =>
    {
        await using var vault = await site.OpenAsync();
        if (await Site.MachineAsync(vault) is not null) return;
        await site.ChangeAsync("register", promises => promises.IsRegistered, true, () =>
            site.ChangeAsync("first passphrase", promises => promises.Envelope, 1u, () =>
                vault.RegisterAsync(site.Agent.Registration, CancellationToken.None)));
    });

    public static Step ChangePassphrase { get; } = new("change the passphrase", async site =>
    {
        const byte Kind = (byte)EnvelopeKind.Passphrase;
        await using var vault = await site.OpenAsync();
        var (keyspace, envelope) = (site.Agent.Keys.Keyspace, site.Agent.Envelopes[1]);
        var active = await vault.ReadEnvelopesAsync(keyspace, CancellationToken.None);
        if (active.Single().AsSpan().SequenceEqual(envelope)) return;
        await vault.StoreEnvelopeAsync(keyspace, envelope, CancellationToken.None);
        (await vault.ReadEnvelopeAsync(keyspace, Kind, 2, CancellationToken.None)).ShouldBe(envelope);
        await site.ChangeAsync("change the passphrase", promises => promises.Envelope, 2u, () =>
            vault.ActivateEnvelopeAsync(keyspace, Kind, 2, CancellationToken.None));
    });

    public static Step Collect { get; } = new("collect", async site =>
    {
        await using var vault = await site.OpenAsync();
        foreach (var report in vault.Collect(new CollectionRules(), () => true))
        {
            report.Stopped.ShouldBeNull();
            report.IsDone.ShouldBeTrue();
        }
    });

    /// <summary>Stops after each few pages, and goes on from the mark that the time before has kept.</summary>
    public static Step CollectInSlices { get; } = new("collect in slices", async site =>
    {
        const int PagesOfSlice = 3, Slices = 30;
        for (int slice = 0; slice < Slices; slice++)
        {
            await using var vault = await site.OpenAsync();
            int pages = 0;
            var reports = vault.Collect(new CollectionRules(), () => ++pages < PagesOfSlice);
            if (reports.All(report => report.IsDone)) return;
        }
        Slices.ShouldBe(0, "the collection comes to no end");
    });

    public static Step Wait(TimeSpan time) => new($"wait {time.TotalHours} h", site =>
    {
        site.Wait(time);
        return Task.CompletedTask;
    });
}
