using Coffer.Server.Hosting.Certificates;
using Coffer.Vault.Serving;
using Coffer.Vault.Upkeep;

namespace Coffer.Server.Hosting;

/// <summary>
/// What the service does by itself: looks at the clock every minute, and has each vault expire, collect and read itself
/// again, a slice at a time beside the backups.
/// </summary>
internal sealed partial class Upkeep(
    ServedVaults vaults, ServiceCertificates certificates, InFlight inFlight, TimeProvider time, ILogger<Upkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMinutes(1);

    /// <summary>Of each tick; the rest is left to the backups.</summary>
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            LookAtCertificate();
            await vaults.EachAsync(vault => RunAsync(vault, stoppingToken));
        }
    }

    private void LookAtCertificate()
    {
        try
        {
            using var busy = inFlight.Enter();
            if (certificates.Look() is not { } done) return;
            var status = certificates.Show();
            string pin = status.NextPin ?? status.Pin;
            LogCertificate(done, pin);
            vaults.Each(vault => vault.NoteCertificate("service", done, pin));
        }
        catch (Exception e)
        {
            // The certificate that is shown stays, and it is looked at again in a minute.
            LogCertificateFailed(e);
        }
    }

    private async Task RunAsync(ServedVault vault, CancellationToken stoppingToken)
    {
        try
        {
            using var busy = inFlight.Enter();
            vault.ObserveTime();
            await vault.EndIdleAsync();
            long begun = time.GetTimestamp();
            var report = vault.Upkeep(
                new UpkeepRules(),
                () => !stoppingToken.IsCancellationRequested && time.GetElapsedTime(begun) < s_slice);
            foreach (var finding in report.Scrub.Findings)
                LogDamage(vault.Name, finding.Pack.ToString(), finding.Reason, finding.LostTotal);
            foreach (var problem in report.Problems) LogProblem(vault.Name, problem.Code, problem.Message);
            foreach (var collection in report.Collections)
                if (collection.Stopped is { } why) LogStopped(vault.Name, why);
        }
        catch (Exception e)
        {
            // Whatever it is: backups and restores of everybody go on.
            LogFailed(e, vault.Name);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "Vault {Vault}: pack {Pack} is damaged: {Reason}; {Lost} pieces are lost")]
    private partial void LogDamage(string vault, string pack, string reason, long lost);

    [LoggerMessage(14, LogLevel.Warning, "{Done}: SHA-256 {Pin}")]
    private partial void LogCertificate(string done, string pin);

    [LoggerMessage(15, LogLevel.Error, "The next certificate could not be taken or made")]
    private partial void LogCertificateFailed(Exception exception);

    [LoggerMessage(11, LogLevel.Error, "Vault {Vault} deletes nothing: {Why}")]
    private partial void LogStopped(string vault, string why);

    [LoggerMessage(13, LogLevel.Error, "Vault {Vault}: {Code}: {Message}")]
    private partial void LogProblem(string vault, string code, string message);

    [LoggerMessage(12, LogLevel.Error, "Vault {Vault} could not be looked after")]
    private partial void LogFailed(Exception exception, string vault);
}
