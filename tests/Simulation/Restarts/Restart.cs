using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Simulation.Scenarios;
using Coffer.Vault;

namespace Coffer.Simulation.Restarts;

/// <summary>
/// What happens after a crash: the vault is opened, which settles what the dead writer left; everything promised must
/// be there; the scenario goes on from the step that was cut short; at its end, and once time enough has passed,
/// nothing is left over. Whatever does not hold is an exception.
/// </summary>
internal sealed class Restart(Site site, Scenario scenario)
{
    public async Task RunAsync()
    {
        await OpenAndCheckAsync();
        await scenario.RunAsync(site);
        foreach (var step in scenario.Then.Concat(Scenario.Afterwards)) await step.RunAsync(site);
        await OpenAndCheckAsync();
        Inventory.Of(site.Folder).ShouldHaveNoGarbage();
    }

    /// <summary>
    /// Opens the vault, compares all that it shows with what was promised, and takes that for granted.
    /// </summary>
    public async Task OpenAndCheckAsync()
    {
        var look = EmbeddedVault.Look(site.Folder);
        look.ShouldNotBe(VaultFolderKind.Other);
        bool isVault = look == VaultFolderKind.Vault;
        Settle("being a vault", promises => promises.IsVault, isVault);
        if (!isVault) return;
        await RecoverIfRefusedAsync();
        IReadOnlySet<ObjectId> absent;
        await using (var vault = await site.OpenAsync())
        {
            bool isRegistered = await Site.MachineAsync(vault) is not null;
            Settle("being registered", promises => promises.IsRegistered, isRegistered);
            if (isRegistered) await CheckMachineAsync(vault);
            absent = vault.Check(null, () => true).Absent;
        }
        if (!site.Promises.MayDoubt) absent.Except(site.Promises.Damaged).ShouldBeEmpty("named absent");
        var inventory = Inventory.Of(site.Folder);
        inventory.ShouldBeConsistent(absent, !site.Promises.IsHurt || site.Promises.IsScrubbed);
        inventory.HighestSequence.ShouldBeGreaterThanOrEqualTo(site.Promises.HighestSequence);
        foreach (var (id, facts) in site.Promises.Facts) inventory.Facts.GetValueOrDefault(id).ShouldBe(facts);
        if (site.Promises.IsScrubbed)
        {
            site.Promises.Damaged.Except(absent).Except(site.Promises.Resent).ShouldBeEmpty("damaged and not named");
        }
        CheckCheckpoint(inventory);
    }

    // A vault that lost tables is refused until a recovery has been through, and can be read all the same.
    private async Task RecoverIfRefusedAsync()
    {
        // Where it must not be refused, the next opening tells.
        if (!site.Promises.NeedsRecovery.Allows(true)) return;
        bool isRefused = await IsRefusedAsync();
        Settle("being refused", promises => promises.NeedsRecovery, isRefused);
        if (!isRefused) return;
        await CheckReadOnlyAsync();
        await site.RecoverAsync();
    }

    private async Task<bool> IsRefusedAsync()
    {
        try
        {
            await using var vault = await site.OpenAsync();
            if (await Site.MachineAsync(vault) is null) return false;
            await using var reader = await vault.OpenReaderAsync(site.Agent.Keys.Keyspace, CancellationToken.None);
            return false;
        }
        catch (FaultException e) when (e.Fault.Code is "vault.damaged" or "vault.behind")
        {
            return true;
        }
    }

    private async Task CheckReadOnlyAsync()
    {
        await using var vault = await site.OpenReadOnlyAsync();
        await CheckMachineAsync(vault);
    }

    /// <summary>The same of a vault that lost its databases too: records and packs alone tell what it holds.</summary>
    public async Task CheckWithoutDatabasesAsync()
    {
        if (EmbeddedVault.Look(site.Folder) != VaultFolderKind.Vault) return;
        await using var vault = await site.OpenReadOnlyAsync();
        if (await Site.MachineAsync(vault) is not null) await CheckMachineAsync(vault);
        else site.Promises.IsRegistered.Allows(false).ShouldBeTrue("being registered");
    }

    private async Task CheckMachineAsync(EmbeddedVault vault)
    {
        var envelope = (await vault.ReadEnvelopesAsync(site.Agent.Keys.Keyspace, CancellationToken.None)).Single();
        Settle("the envelope", promises => promises.Envelope, site.Agent.NumberOf(envelope));
        var listed = await vault.ListPointsAsync(new PointFilter(), CancellationToken.None);
        listed.Select(point => point.Id).Except(site.Agent.Points.Select(point => point.Id)).ShouldBeEmpty();
        foreach (var point in site.Agent.Points)
        {
            var found = listed.SingleOrDefault(p => p.Id == point.Id);
            var standing = found is null ? Standing.Absent
                : found.State == PointState.Live ? Standing.Live : Standing.Deleted;
            Settle(point.Name, promises => promises.Of(point), standing);
            if (found is not null) await ShouldRestoreAsync(vault, point);
        }
    }

    // An id is a keyed hash of what it names, so a node that opens to its id is the same to the last bit.
    private async Task ShouldRestoreAsync(EmbeddedVault vault, PlannedPoint point)
    {
        await using var reader = await vault.OpenReaderAsync(site.Agent.Keys.Keyspace, CancellationToken.None);
        using var opener = new FrameOpener(site.Agent.Keys);
        using FrameBuffer frame = new(), plain = new();
        (await reader.ReadPointAsync(point.Id, CancellationToken.None)).ShouldBe(point.Frame);
        foreach (var id in point.Graph)
        {
            bool opens = false;
            for (int copy = 0; !opens; copy++)
                if (await OpensAsync(reader, opener, id, copy, frame, plain) is not { } isRight) break;
                else opens = isRight;
            if (!opens) site.Promises.Damaged.ShouldContain(id, $"{id} of {point.Name} is lost");
        }
    }

    /// <summary>Whether a copy opens to its id; null where there is no such copy.</summary>
    private async Task<bool?> OpensAsync(
        IFrameReader reader, FrameOpener opener, ObjectId id, int copy, FrameBuffer frame, FrameBuffer plain)
    {
        try
        {
            if (!await reader.ReadAsync(id, copy, frame, CancellationToken.None)) return null;
            opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, $"{id}").Kind, plain);
            return true;
        }
        catch (CorruptionException) when (site.Promises.IsHurt || site.Promises.MayDoubt)
        {
            return false;
        }
    }

    private void CheckCheckpoint(Inventory inventory)
    {
        var known = site.Agent.Checkpoint;
        var found = inventory.Checkpoints.SingleOrDefault();
        string name = found == default ? "" : found == known.Id ? known.Name : $"unknown {found}";
        Settle("the checkpoint", promises => promises.Checkpoint, name);
    }

    // What was found is what stands from now on, whatever else might have been.
    private void Settle<T>(string what, Func<Promises, Possible<T>> of, T found)
    {
        of(site.Promises).Allows(found).ShouldBeTrue($"{what}: promised {of(site.Promises)}, found {found}");
        site.Note($"found {what}", promises => of(promises).Is(found));
    }
}
