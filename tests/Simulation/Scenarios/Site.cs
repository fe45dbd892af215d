using Coffer.Domain;
using Coffer.Simulation.Recording;
using Coffer.Vault;
using Coffer.Vault.Opening;
using Coffer.Vault.Recovering;

namespace Coffer.Simulation.Scenarios;

/// <summary>
/// An agent at a vault's folder, and what the vault has promised it. Every promise goes to the log as well, if there is
/// one, so that it is known which stood when the disk crashed.
/// </summary>
internal sealed class Site(Agent agent, string folder, Promises promises, DiskLog? log = null)
{
    private readonly VirtualTime _time = new() { Now = promises.Now };

    public Agent Agent { get; } = agent;

    public string Folder { get; } = folder;

    public Promises Promises { get; } = promises;

    public TimeProvider Time => _time;

    /// <summary>Differs after each loss of power.</summary>
    public string BootId { get; init; } = "boot 1";

    public Task<EmbeddedVault> OpenAsync() => EmbeddedVault.OpenAsync(Folder, Options, CancellationToken.None);

    public Task<EmbeddedVault> OpenReadOnlyAsync() =>
        EmbeddedVault.OpenReadOnlyAsync(Folder, Options, CancellationToken.None);

    /// <summary>As another process that only reads.</summary>
    public Task<EmbeddedVault> OpenSharedAsync() => EmbeddedVault.OpenAsync(
        Folder, Options with { Access = VaultAccess.Shared }, CancellationToken.None);

    public Task<OpenVault> OpenInsideAsync() => VaultOpening.OpenAsync(Folder, Options, CancellationToken.None);

    /// <summary>As whoever was refused by a command is told to.</summary>
    public async Task<RecoverReport> RecoverAsync()
    {
        RecoverReport? report = null;
        await ChangeAsync("recover", promises => promises.NeedsRecovery, false, async () =>
            report = await EmbeddedVault.RecoverAsync(Folder, Options, null, null, CancellationToken.None));
        return report!;
    }

    private VaultOpenOptions Options => new()
    {
        Time = _time,
        Clock = new MachineClock(BootId, () => _time.Now - VirtualTime.Start),
        WaitLimit = TimeSpan.Zero,
        Purpose = "simulation",
        ReserveBytes = 0,
    };

    public static async Task<MachineId?> MachineAsync(EmbeddedVault vault) =>
        (await vault.ListServersAsync(CancellationToken.None)).SingleOrDefault()?.Id;

    public void Note(string text, Action<Promises> note)
    {
        note(Promises);
        log?.Note(text, note);
    }

    public void Wait(TimeSpan time)
    {
        var then = _time.Now = _time.Now + time;
        Note($"it is {then:u}", promises => promises.Now = then);
    }

    /// <summary>Asks for a change: while that runs either may be found, once it is acknowledged only the new.</summary>
    public async Task ChangeAsync<T>(string what, Func<Promises, Possible<T>> of, T to, Func<Task> act)
    {
        Note($"asked: {what}", promises => of(promises).MayBecome(to));
        await act();
        Note($"acknowledged: {what}", promises => of(promises).Is(to));
    }
}
