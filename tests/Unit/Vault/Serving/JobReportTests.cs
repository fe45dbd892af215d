using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Unit.Vault.Security;
using Coffer.Vault;
using Coffer.Vault.Serving;

namespace Coffer.Unit.Vault.Serving;

/// <summary>Job reports, of which a machine chooses number, texts and length.</summary>
public sealed class JobReportTests
{
    [Fact]
    public async Task Report_WithLongTexts_IsCut()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        string text = string.Concat(Enumerable.Repeat("\U0001F512", 5000)); // two characters each
        await scenario.Agent().ReportJobAsync(
            Report(scenario) with
            {
                SourceLabel = text,
                Facts = [.. Enumerable.Repeat(new JobFact(text, 1), 1000)],
                Findings = [new JobFinding(text, text, text)],
                FindingsTotal = -1,
            },
            default);
        var kept = scenario.Console.Items.ListJobs(null, null, null).Items.Single();
        kept.SourceLabel.Length.ShouldBeLessThanOrEqualTo(1024);
        kept.SourceLabel.ShouldEndWith("\U0001F512…");
        kept.Facts.Count.ShouldBe(64);
        kept.Facts[0].Name.Length.ShouldBeLessThanOrEqualTo(64);
        var finding = kept.Findings.Single();
        finding.Code.Length.ShouldBeLessThanOrEqualTo(64);
        finding.Subject.Length.ShouldBeLessThanOrEqualTo(1024);
        finding.Message.Length.ShouldBeLessThanOrEqualTo(1024);
        kept.FindingsTotal.ShouldBe(1);
    }

    [Fact]
    public async Task List_OfLongJobs_EndsAtItsBytesAndGoesOn()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var sent = new List<JobId>();
        for (int i = 0; i < 40; i++) sent.Add(await ReportLongAsync(scenario));
        sent.Reverse();

        (scenario.Agent().ListJobs(100).Sum(Length)).ShouldBeLessThanOrEqualTo(Limits.JobListBytes);
        var listed = new List<JobId>();
        string? after = null;
        do
        {
            var page = scenario.Console.Items.ListJobs(scenario.Machine, after, null);
            page.Items.Sum(Length).ShouldBeLessThanOrEqualTo(Limits.JobListBytes);
            listed.AddRange(page.Items.Select(job => job.Id));
            after = page.Next;
        }
        while (after is not null);
        listed.ShouldBe(sent);
        scenario.Console.Items.ListJobs(null, null, 3).Items.Select(job => job.Id).ShouldBe(sent.Take(3));
    }

    [Fact]
    public async Task Jobs_BeyondTheBytesOfAMachine_PushOutItsOldest()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var first = await ReportLongAsync(scenario);
        JobId last = default;
        for (int i = 0; i < 80; i++) last = await ReportLongAsync(scenario);
        var kept = scenario.Vault.Engine.Opened.Catalog.Jobs.List(null, null, 1000, long.MaxValue).Jobs;
        kept.Sum(Length).ShouldBeLessThanOrEqualTo(Limits.JobBytesKept);
        kept.Count.ShouldBeGreaterThan(30);
        kept[0].Id.ShouldBe(last);
        kept.ShouldNotContain(job => job.Id == first);
    }

    [Fact]
    public async Task Jobs_BegunTooOften_AreRefusedAndHoldUpNothingElse()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var known = Report(scenario);
        await scenario.Agent().ReportJobAsync(known, default);
        for (int i = 1; i < ServingRules.ChangesAnHour; i++)
            await scenario.Agent().ReportJobAsync(Report(scenario), default);
        (await Should.ThrowAsync<FaultException>(() => scenario.Agent().ReportJobAsync(Report(scenario), default)))
            .Fault.Code.ShouldBe("machine.pace");
        await scenario.Agent().ReportJobAsync(known with { State = JobState.Completed }, default);
        scenario.Agent().Hold(scenario.Point);
    }

    internal static JobReport Report(ServedScenario scenario) => new(
        JobId.New(), scenario.Machine, JobOperation.Backup, JobState.InProgress, "/data",
        scenario.Time.GetUtcNow(), null, [], [], 0);

    private static async Task<JobId> ReportLongAsync(ServedScenario scenario)
    {
        string text = new('x', 1024);
        var findings = Enumerable.Repeat(new JobFinding("a.b", text, text), 500);
        var report = Report(scenario) with { Findings = [.. findings] };
        await scenario.Agent().ReportJobAsync(report, default);
        return report.Id;
    }

    private static long Length(JobReport job) =>
        job.Findings.Sum(finding => finding.Code.Length + finding.Subject.Length + finding.Message.Length);
}
