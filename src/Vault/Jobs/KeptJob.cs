using Coffer.Contracts.Jobs;

namespace Coffer.Vault.Jobs;

/// <summary>
/// A report as it is kept: whoever sends one chooses its texts, and they are read by everybody who lists jobs.
/// </summary>
internal static class KeptJob
{
    public static JobReport Of(JobReport job) => job with
    {
        SourceLabel = BoundedText.Of(job.SourceLabel, Limits.SourceLabelLength),
        Facts =
        [
            .. job.Facts.Take(Limits.JobFacts)
                .Select(fact => fact with { Name = BoundedText.Of(fact.Name, Limits.JobNameLength) }),
        ],
        Findings = FindingsOf(job),
        FindingsTotal = Math.Max(job.FindingsTotal, job.Findings.Count),
    };

    private static List<JobFinding> FindingsOf(JobReport job)
    {
        var kept = new List<JobFinding>();
        int characters = 0;
        foreach (var finding in job.Findings.Take(Limits.FindingsKept))
        {
            var cut = new JobFinding(
                BoundedText.Of(finding.Code, Limits.JobNameLength),
                BoundedText.Of(finding.Subject, Limits.FindingTextLength),
                BoundedText.Of(finding.Message, Limits.FindingTextLength));
            characters += cut.Code.Length + cut.Subject.Length + cut.Message.Length;
            if (characters > Limits.FindingCharacters) break;
            kept.Add(cut);
        }
        return kept;
    }
}
