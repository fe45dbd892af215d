using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Agent.Jobs;

/// <summary>
/// How jobs ended that their vault has not heard of, because it was away: <c>reports.json</c> in the home, the oldest
/// first. A report names its job, so one that is sent twice is one. They have a lock of their own: how a job ended must
/// not be lost to somebody who changes settings for long.
/// </summary>
public sealed class ReportQueue(AgentHome home, TimeProvider time)
{
    /// <summary>Two weeks of a daily backup with all that is tried again; of more the oldest are dropped.</summary>
    internal const int MaxReports = 64;

    /// <summary>
    /// Of each; what is cut off is counted in it. With six bytes a character, which JSON may take, all are 2 MB.
    /// </summary>
    private const int MaxFindings = 10, MaxTextLength = 250;

    /// <summary>A vault that is away must not keep from its work who only wants to tell it something.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>A home that cannot be written is told by what needs it more.</summary>
    public Task AddAsync(JobReport report) => TryChangeAsync(
        waiting => waiting.Where(queued => queued.Id != report.Id).Append(Cut(report)).TakeLast(MaxReports));

    /// <summary>
    /// Sends what waits. What the vault refuses for good is dropped; with the first that does not get through it ends,
    /// and that and the rest wait on.
    /// </summary>
    /// <returns>How many the vault has taken.</returns>
    public async Task<int> SendAsync(IVault vault, CancellationToken cancellationToken)
    {
        int sent = 0;
        using var limit = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        foreach (var report in Waiting())
        {
            try
            {
                await vault.ReportJobAsync(report, either.Token);
                sent++;
            }
            catch (FaultException e) when (e.Fault.Kind == FaultKind.Usage)
            {
                // As it stands the vault will never take it.
            }
            catch (Exception e) when (e is FaultException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return sent;
            }
            await TryChangeAsync(waiting => waiting.Where(queued => queued.Id != report.Id));
        }
        return sent;
    }

    // They are told for convenience: whatever is wrong with their file must not keep backups from running.
    private IReadOnlyList<JobReport> Waiting()
    {
        try
        {
            return home.ReadQueuedReports();
        }
        catch (FaultException)
        {
            return [];
        }
    }

    private async Task TryChangeAsync(Func<IEnumerable<JobReport>, IEnumerable<JobReport>> change)
    {
        try
        {
            using var changing = await home.LockReportsAsync(time, CancellationToken.None);
            home.WriteQueuedReports([.. change(Waiting())]);
        }
        catch (FaultException)
        {
            // Sent twice is once, and how a job ended stands in its command's output and the agent's log as well.
        }
    }

    private static JobReport Cut(JobReport report) => report with
    {
        Findings =
        [
            .. report.Findings.Take(MaxFindings).Select(finding => finding with
            {
                Subject = Cut(finding.Subject),
                Message = Cut(finding.Message),
            }),
        ],
        FindingsTotal = Math.Max(report.FindingsTotal, report.Findings.Count),
    };

    private static string Cut(string text) => text.Length > MaxTextLength ? text[..MaxTextLength] : text;
}

/// <summary>As JSON, in the words of the data API.</summary>
internal static class QueuedReports
{
    public static byte[] Encode(JobReport[] reports) =>
        JsonSerializer.SerializeToUtf8Bytes(reports, WireJson.Default.JobReportArray);

    /// <summary>None where it is damaged.</summary>
    public static JobReport[] Decode(byte[] bytes)
    {
        try
        {
            var reports = JsonSerializer.Deserialize(bytes, WireJson.Default.JobReportArray) ?? [];
            return Array.TrueForAll(reports, report => report is not null) ? reports : []; // whatever the type says
        }
        catch (Exception e) when (e is JsonException or CorruptionException or FormatException)
        {
            return [];
        }
    }
}
