using Coffer.Agent.Homes;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Contracts.Http;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Policies;

namespace Coffer.Agent.Scheduling;

/// <summary>Runs a backup that was asked for; the job's state, or a fault where there was none.</summary>
public delegate Task<JobState> RunAskedAsync(
    MachineRegistration machine, AskedBackup asked, CancellationToken cancellationToken);

/// <summary>
/// Asks a served vault, once a minute, what people there would have this machine do. There are two things that it does
/// for them, and nothing that an answer could say makes it do a third: an edit of the policy, as far as its own setting
/// allows (<see cref="EditTaking"/>), and a backup of what the policy selects anyway, at most every ten minutes. A
/// vault that is away, silent or lying costs the loop that calls this some seconds now and then.
/// </summary>
/// <param name="open">The machine's vault, to be kept open; it must not try again by itself.</param>
public sealed class VaultRequests(
    AgentHome home, TimeProvider time, Func<MachineRegistration, RemoteVault> open, RunAskedAsync run,
    Action<string> note) : IAsyncDisposable
{
    /// <summary>So long the loop waits for the vault at most: for its answers and the home's lock together.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(1), s_seldomest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_betweenBackups = TimeSpan.FromMinutes(10);

    private (MachineRegistration Machine, ProxySetting? Proxy, RemoteVault Vault)? _opened;
    private long? _asked;
    private TimeSpan _pause;
    private string? _failure;
    private Id128? _told;

    /// <summary>Asks if it is time to, and does what is asked for.</summary>
    /// <param name="free">Until something else has to be done.</param>
    /// <returns>True where something was done: what is planned may have changed.</returns>
    public async Task<bool> LookAsync(MachineRegistration machine, TimeSpan free, CancellationToken cancellationToken)
    {
        bool isDue = _asked is not { } asked || time.GetElapsedTime(asked) >= _pause;
        if (machine.Place.Service is null || !isDue || free < LongestWait + LongestWait) return false;
        try
        {
            var (isDone, backup) = await AskAsync(machine, cancellationToken);
            (_asked, _pause, _failure) = (time.GetTimestamp(), s_every, null);
            return backup is null ? isDone : await BackUpAsync(machine, backup, cancellationToken) || isDone;
        }
        catch (Exception e) when (e is FaultException or CorruptionException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Failed(e);
            await DisposeAsync(); // what it was opened with may be what was wrong
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_opened is { } opened) await opened.Vault.DisposeAsync();
        _opened = null;
    }

    private async Task<(bool IsDone, AskedBackup? Backup)> AskAsync(
        MachineRegistration machine, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var vault = await OpenAsync(machine);
        await new ReportQueue(home, time).SendAsync(vault, either.Token);
        var requests = await vault.ReadRequestsAsync(machine.Id, either.Token);
        bool isDone = requests.Edit is { } edit && await AnswerAsync(vault, machine, edit, either.Token);
        var backup = requests.Backup is { } asked && await IsToBeginAsync(vault, machine, asked, either.Token)
            ? asked
            : null;
        return (isDone, backup);
    }

    // Anew where the machine was registered anew, or is to go through another proxy.
    private async Task<RemoteVault> OpenAsync(MachineRegistration machine)
    {
        var proxy = home.ReadSettings().Proxy;
        if (_opened is { } opened && opened.Machine == machine && opened.Proxy == proxy) return opened.Vault;
        await DisposeAsync();
        var vault = open(machine);
        _opened = (machine, proxy, vault);
        return vault;
    }

    /// <returns>Whether another policy is in force.</returns>
    private async Task<bool> AnswerAsync(
        RemoteVault vault, MachineRegistration machine, OfferedEdit edit, CancellationToken cancellationToken)
    {
        using var changing = await home.LockAsync(time, cancellationToken);
        if (home.ReadPolicy() is not { } own) return false;
        var (policy, refusal) = EditTaking.Judge(own, edit, home.ReadSettings().PortalEdits);
        if (policy is not null)
            refusal = await TryStoreAsync(vault, machine, new StoredPolicy(
                policy.Version, PolicyCodec.Encode(policy)), edit.Id, cancellationToken);
        bool isTaken = refusal is null && policy is not null;
        bool isNew = isTaken && policy!.Version > own.Version;
        if (isNew) PolicyReplacement.Put(home, policy!);
        if (isNew) note($"The policy was edited at the vault; version {policy!.Version} is in force.");
        await vault.AnswerEditAsync(
            machine.Id, edit.Id, isTaken ? new EditAnswer() : new EditAnswer(refusal!.Code, refusal.Message),
            cancellationToken);
        if (!isTaken && _told != edit.Id)
            note($"An edit of the policy that was made at the vault is not taken [{refusal!.Code}].");
        _told = edit.Id;
        return isNew;
    }

    /// <returns>Why the vault itself does not take it; what only went wrong is thrown, and tried again.</returns>
    private static async Task<Fault?> TryStoreAsync(
        RemoteVault vault, MachineRegistration machine, StoredPolicy policy, Id128 edit,
        CancellationToken cancellationToken)
    {
        try
        {
            await vault.StorePolicyAsync(machine.Id, policy, edit, cancellationToken);
            return null;
        }
        catch (FaultException e) when (e.Fault.Kind != FaultKind.Failed && e.Fault.Code != "machine.pace")
        {
            return e.Fault;
        }
    }

    // Once it is taken, in both places, it is not begun again whatever happens.
    private async Task<bool> IsToBeginAsync(
        RemoteVault vault, MachineRegistration machine, AskedBackup asked, CancellationToken cancellationToken)
    {
        var last = home.ReadLastAsked();
        var now = time.GetUtcNow();
        bool isNew = last?.Id != asked.Id;
        bool isTooSoon = (now - last?.At)?.Duration() < s_betweenBackups;
        if (isNew && (isTooSoon || home.RunningJob() is not null)) return false; // it can wait
        if (isNew) home.WriteLastAsked(new LastAsked(asked.Id, now));
        await vault.TakeBackupAsync(machine.Id, asked.Id, cancellationToken);
        return isNew;
    }

    private async Task<bool> BackUpAsync(
        MachineRegistration machine, AskedBackup asked, CancellationToken cancellationToken)
    {
        note("A backup that was asked for at the vault begins.");
        // A day that is over asks for nothing.
        var valid = asked.RetainUntil <= time.GetUtcNow() ? asked with { RetainUntil = null } : asked;
        try
        {
            note($"The run that was asked for ended: {await run(machine, valid, cancellationToken)}.");
        }
        catch (Exception e) when (e is FaultException or CorruptionException or IOException)
        {
            note($"The run that was asked for failed: {e.Message}");
        }
        return true;
    }

    private void Failed(Exception e)
    {
        bool isFirst = _failure is null;
        string failure = e is FaultException { Fault: var fault } ? $"{fault.Message} [{fault.Code}]"
            : e is OperationCanceledException ? "it does not answer in time"
            : e.Message;
        if (failure != _failure) note($"The vault could not be asked for edits and requests: {failure}");
        _failure = failure;
        var pause = isFirst ? s_every : _pause + _pause;
        (_asked, _pause) = (time.GetTimestamp(), pause < s_seldomest ? pause : s_seldomest);
    }
}
