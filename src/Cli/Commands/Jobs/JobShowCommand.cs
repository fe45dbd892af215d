using System.CommandLine;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Jobs;

/// <summary><c>coffer job show ID</c>: one job with its figures and findings.</summary>
internal sealed class JobShowCommand : CofferCommand
{
    /// <summary>As many as the vault is asked for at once.</summary>
    private const int Searched = 10_000;

    private readonly Argument<string> _id = new("JOB")
    {
        Description = "Its id or the beginning of it; latest for the newest",
        DefaultValueFactory = static _ => "latest",
    };

    public JobShowCommand()
        : base("show", "Show one job: its figures, its warnings", "coffer job show", "coffer job show 1f0c9a2b44d1") =>
        Add(_id);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var job = Find(await JobList.ReadAsync(invocation, Searched), invocation.Value(_id)!);
        Print(invocation.Printer, job);
        foreach (var finding in job.Findings)
        {
            invocation.Printer.Event("finding", json =>
            {
                json.WriteString("code"u8, finding.Code);
                json.WriteString("subject"u8, finding.Subject);
                json.WriteString("message"u8, finding.Message);
            });
        }

        return new Outcome(ExitCode.Completed, json => JobList.Write(json, job));
    }

    private static JobReport Find(List<JobReport> jobs, string id)
    {
        var found = id == "latest" ? jobs.Take(1).ToList()
            : jobs.FindAll(j => j.Id.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase));
        return found.Count == 1 ? found[0] : throw FaultException.Usage("job.unknown",
            found.Count == 0 ? $"There is no job '{id}'." : $"'{id}' begins the ids of {found.Count} jobs.",
            "`coffer job` lists them.");
    }

    private static void Print(Printer printer, JobReport job)
    {
        printer.Line($"Job        {job.Id}");
        printer.Line($"Operation  {JobWords.Of(job.Operation)} of {job.SourceLabel}");
        printer.Line($"State      {JobWords.Of(job.State)}");
        printer.Line($"Started    {Words.Time(job.StartedAt)}");
        if (job.EndedAt is { } end) printer.Line($"Took       {Words.Duration(end - job.StartedAt)}");
        foreach (var fact in job.Facts)
        {
            var (name, value) = JobWords.Of(fact);
            printer.Line($"  {name,-14} {value}");
        }

        foreach (var finding in job.Findings)
            printer.Line($"  ! {finding.Subject}: {finding.Message} [{finding.Code}]");
        if (job.FindingsTotal > job.Findings.Count)
            printer.Line(
                $"  … and {Words.Count(job.FindingsTotal - job.Findings.Count)} more, which were only counted");
    }
}
