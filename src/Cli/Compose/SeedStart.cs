using Coffer.Agent.Backups;
using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Agent.Seeding;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;
using Coffer.Sealing.Keys;
using Coffer.Vault;
using Coffer.Vault.Seeding;

namespace Coffer.Cli.Compose;

/// <param name="Seed">Null where it is not complete: cancelled, or without any point.</param>
internal sealed record SeedEnd(BackupJobResult Job, SeedReport? Seed, string Folder);

/// <summary>
/// Writes a seed: an embedded vault of its own, in which this machine is registered as its own vault knows it, and into
/// which the usual backup runs. Cut off, it goes on from the last checkpoint when it is started again.
/// </summary>
internal static class SeedStart
{
    private const string Purpose = "coffer seed export", Name = "seed";

    public static async Task<SeedEnd> RunAsync(Invocation invocation, MachineRegistration machine, string folder)
    {
        var policy = invocation.Home.ReadPolicy();
        if (policy is not { Items.Count: > 0 })
            throw FaultException.Usage("policy.empty", "The policy selects nothing to back up.",
                "Add something with `coffer protect FOLDER --no-backup`.");
        using var running = await invocation.Home.LockJobAsync("seed export", invocation.Time, invocation.Cancellation);
        using var keys = invocation.Home.ReadKeys(machine.Keyspace);
        var offer = await OfferAsync(invocation, machine, keys);
        await using var seed = await OpenAsync(invocation, machine, folder);
        await seed.RegisterSeedAsync(offer.Registration, machine.Id, invocation.Cancellation);
        var job = await RunJobAsync(invocation, machine, policy, seed, keys, offer);
        BackupSummary.Print(invocation.Printer, job);
        // A source that failed is told above, and need not keep the others from being carried.
        bool hasEnded = !invocation.Cancellation.IsCancellationRequested
            && job.Sources.Any(source => source.Result?.Point is not null);
        if (!hasEnded) return new SeedEnd(job, null, folder);
        var report = await seed.WriteSeedAsync(
            machine.Id, machine.Vault, message => SeedOffer.Sign(keys, message), CancellationToken.None);
        DropCache(invocation);
        return new SeedEnd(job, report, folder);
    }

    private static void DropCache(Invocation invocation)
    {
        try
        {
            invocation.Home.DropSeedCache();
        }
        catch (FaultException e)
        {
            invocation.Printer.Remark(e.Fault); // the seed stands; the space comes back with the next one
        }
    }

    // Closed before the seed is opened: it may lie on the same disk, and is not needed while that fills.
    private static async Task<SeedOffer> OfferAsync(
        Invocation invocation, MachineRegistration machine, KeyspaceKeys keys)
    {
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, Purpose);
        return await SeedOffer.ReadAsync(invocation.Home, machine, vault, keys, invocation.Cancellation);
    }

    /// <exception cref="FaultException"><c>seed.other</c>: it is a vault that somebody uses.</exception>
    private static async Task<EmbeddedVault> OpenAsync(
        Invocation invocation, MachineRegistration machine, string folder)
    {
        if (EmbeddedVault.Look(folder) != VaultFolderKind.Vault) EmbeddedVault.Create(folder, Name, invocation.Time);
        var vault = await Vaults.OpenForWritingAsync(invocation, folder, Purpose);
        if (vault.Description.Name == Name && vault.Description.Id != machine.Vault) return vault;
        await vault.DisposeAsync();
        throw FaultException.Refused("seed.other", $"{folder} is a vault, and no seed.",
            "Give the folder of a seed to go on with it, or one that is empty or does not exist.");
    }

    private static async Task<BackupJobResult> RunJobAsync(
        Invocation invocation, MachineRegistration machine, ProtectionPolicy policy, EmbeddedVault seed,
        KeyspaceKeys keys, SeedOffer offer)
    {
        using var progress = new BackupProgressPrinter(invocation.Printer, invocation.Time);
        var job = new BackupJob(
            new BackupJobRequest
            {
                Home = invocation.Home,
                Machine = machine,
                Policy = policy,
                Vault = seed,
                Keys = keys,
                Mounts = MountTable.Read(),
                Time = invocation.Time,
                Seed = new SeedTarget(seed.Description.Place, offer.Sequences) { Stopped = offer.Stopped },
            },
            BackupRun.RunAsync);
        return await job.RunAsync(progress, invocation.Cancellation);
    }
}
