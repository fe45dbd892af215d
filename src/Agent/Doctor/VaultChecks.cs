using System.Globalization;
using Coffer.Agent.Homes;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain.Wording;

namespace Coffer.Agent.Doctor;

/// <summary>The vault, in a folder or served: whether this machine gets in, and how things stand there.</summary>
/// <param name="open">For reading; made once, with as little patience as it has.</param>
/// <param name="version">Of this program.</param>
public sealed class VaultChecks(
    MachineRegistration machine, Func<Task<IVault>> open, string version, TimeProvider time) : IAsyncDisposable
{
    /// <summary>As `coffer status` has it.</summary>
    private static readonly TimeSpan s_oldPoint = TimeSpan.FromDays(2);

    /// <summary>Product: Vault Space Low.</summary>
    private const int LowPercent = 10;

    private IVault? _vault;
    private VaultStatus? _status;

    public IEnumerable<Check> All =>
        [new("vault", EnterAsync), new("space", SpaceAsync), new("backup", LastBackupAsync)];

    public async ValueTask DisposeAsync()
    {
        if (_vault is not null) await _vault.DisposeAsync();
    }

    private async Task<CheckResult> EnterAsync(CancellationToken cancellationToken)
    {
        _vault = await open();
        _status = await _vault.ReadStatusAsync(cancellationToken);
        string found = machine.Place.Service is null
            ? $"{_vault.Description.Name} opens at {machine.Place}"
            : $"{_vault.Description.Name} has taken this machine's sign-in; it runs Coffer {_status.Version}";
        if (_status.IsTimeInDoubt)
            return CheckResult.Warning("vault.time", $"{found}; it does not trust its clock, so nothing expires",
                "Set the date there, then `coffer vault time confirm`.");
        if (_status.DamagedKeyspaces > 0)
            return CheckResult.Warning("vault.damaged", $"{found}; an index of it is damaged",
                "`coffer vault recover` makes it anew.");
        return _status.Version is { } other && other != version
            ? CheckResult.Note($"{found}, this machine {version}")
            : CheckResult.Good(found);
    }

    private Task<CheckResult> SpaceAsync(CancellationToken cancellationToken)
    {
        if (_status is null) return Task.FromResult(CheckResult.Skipped("the vault cannot be had"));
        string found = string.Create(CultureInfo.InvariantCulture,
            $"{_status.FreeBytes / 1e9:0.##} of {_status.TotalBytes / 1e9:0.##} GB free, ")
            + string.Create(CultureInfo.InvariantCulture, $"{_status.StoredBytes / 1e9:0.##} GB stored");
        return Task.FromResult(_status.FreeBytes < _status.TotalBytes / 100 * LowPercent
            ? CheckResult.Warning("vault.low", found, "Free space on the vault's disk, or give it a larger one.")
            : CheckResult.Good(found));
    }

    private async Task<CheckResult> LastBackupAsync(CancellationToken cancellationToken)
    {
        if (_vault is null || _status is null) return CheckResult.Skipped("the vault cannot be had");
        var points = await _vault.ListPointsAsync(new PointFilter(Machine: machine.Id), cancellationToken);
        if (points.Count == 0)
            return CheckResult.Warning("status.no-point", "there is no recovery point yet", "`coffer backup`");
        var newest = points.Max(point => point.ReceivedAt);
        string found = string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(points.Count, "recovery point")}, the latest of {newest.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        if (time.GetUtcNow() - newest > s_oldPoint)
            return CheckResult.Warning("status.old-point", found, "`coffer backup`");
        var jobs = await _vault.ListJobsAsync(machine.Id, 20, cancellationToken);
        bool hasFailed = jobs.FirstOrDefault(job => job.Operation == JobOperation.Backup) is { State: JobState.Failed };
        return hasFailed
            ? CheckResult.Warning("status.last-failed", $"{found}; the last backup failed", "`coffer job` says why.")
            : CheckResult.Good(found);
    }
}
