using System.Text;
using System.Text.Json;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Format.Records;
using Coffer.Vault.Databases;
using Coffer.Vault.Jobs;

namespace Coffer.Vault.Catalogs;

/// <param name="Next">To be given as <c>before</c> for those that follow; null: there are none.</param>
internal sealed record JobPage(List<JobReport> Jobs, long? Next);

/// <summary>
/// Jobs as last reported, each cut to what is kept of it; a machine's oldest go once it has more than
/// <see cref="Limits.JobsKept"/>, or they take more than <see cref="Limits.JobBytesKept"/>.
/// </summary>
internal sealed class JobRows(Database database)
{
    private const string Columns =
        "number, id, machine, operation, state, label, started, ended, details, findings_total";

    public void Put(JobReport report)
    {
        var job = KeptJob.Of(report);
        byte[] details = Details(job);
        database.Transaction(() =>
        {
            // All of a machine's jobs are read for it, so not at each sign of life of a run that goes well.
            bool isWeighed = details.Length > Limits.LongJobBytes || MachineOf(job.Id) is null;
            Write(job, details);
            Trim(job.Machine, isWeighed);
        });
    }

    /// <summary>Null where the job is not known.</summary>
    public MachineId? MachineOf(JobId job) => database.QueryFirst(
        "SELECT machine FROM jobs WHERE id = ?1",
        command => command.Bind(1, job.Value), row => (MachineId?)new MachineId(row.Id128(0)));

    /// <summary>Newest first, until they are so many or so long; the first is told however long it is.</summary>
    /// <param name="machine">Null: of all.</param>
    /// <param name="before">Where the page before this one ended; null is the newest.</param>
    public JobPage List(MachineId? machine, long? before, int limit, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var jobs = new List<JobReport>();
        long at = before ?? long.MaxValue;
        while (true)
        {
            // One more than is told, so that it is known whether there is one.
            int asked = (int)Math.Min(Limits.JobRowsAtOnce, (long)limit - jobs.Count + 1);
            var rows = ReadBefore(machine, at, asked);
            foreach (var (number, length, job) in rows)
            {
                bool isFull = jobs.Count == limit || (jobs.Count > 0 && length > bytes);
                if (isFull) return new JobPage(jobs, at);
                jobs.Add(job);
                bytes -= length;
                at = number;
            }
            if (rows.Count < asked) return new JobPage(jobs, null);
        }
    }

    private List<(long Number, long Bytes, JobReport Job)> ReadBefore(MachineId? machine, long before, int limit) =>
        database.Query(
            $"SELECT {Columns} FROM jobs WHERE number < ?1 {(machine is null ? "" : "AND machine = ?3 ")}"
            + "ORDER BY number DESC LIMIT ?2",
            command =>
            {
                command.Bind(1, before);
                command.Bind(2, limit);
                if (machine is { } id) command.Bind(3, id.Value);
            },
            row => (row.GetInt64(0), (long)row.GetBlobSpan(8).Length + row.GetBlobSpan(5).Length, Read(row)));

    private void Write(JobReport job, byte[] details) => database.Run(
        "INSERT INTO jobs (id, machine, operation, state, label, started, ended, details, findings_total) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
        + "label = excluded.label, ended = excluded.ended, details = excluded.details, "
        + "findings_total = excluded.findings_total",
        command =>
        {
            command.Bind(1, job.Id.Value);
            command.Bind(2, job.Machine.Value);
            command.Bind(3, (long)job.Operation);
            command.Bind(4, (long)job.State);
            command.Bind(5, job.SourceLabel);
            command.Bind(6, job.StartedAt);
            if (job.EndedAt is { } ended) command.Bind(7, ended);
            else command.BindNull(7);
            command.Bind(8, Encoding.UTF8.GetString(details));
            command.Bind(9, job.FindingsTotal);
        });

    private void Trim(MachineId machine, bool isWeighed)
    {
        database.Run(
            "DELETE FROM jobs WHERE machine = ?2 AND number <= "
            + "(SELECT number FROM jobs WHERE machine = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?1)",
            command =>
            {
                command.Bind(1, Limits.JobsKept);
                command.Bind(2, machine.Value);
            });
        if (!isWeighed) return;
        database.Run(
            "DELETE FROM jobs WHERE machine = ?2 AND number <= (SELECT number FROM (SELECT number, "
            + "sum(length(CAST(details AS BLOB))) OVER (ORDER BY number DESC) AS bytes FROM jobs WHERE machine = ?2) "
            + "WHERE bytes > ?1 ORDER BY number DESC LIMIT 1)",
            command =>
            {
                command.Bind(1, Limits.JobBytesKept);
                command.Bind(2, machine.Value);
            });
    }

    private static byte[] Details(JobReport job) => CanonicalJson.Write(json =>
    {
        json.WriteStartArray("facts"u8);
        foreach (var fact in job.Facts)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, fact.Name);
            json.WriteNumber("value"u8, fact.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("findings"u8);
        foreach (var finding in job.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, finding.Code);
            json.WriteString("message"u8, finding.Message);
            json.WriteString("subject"u8, finding.Subject);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static JobReport Read(Sqlite.SqliteDataReader row)
    {
        var (facts, findings) = CanonicalJson.Read(row.GetBlobSpan(8), "a job in the catalog", ReadDetails);
        return new JobReport(
            new JobId(row.Id128(1)), new MachineId(row.Id128(2)), (JobOperation)row.GetInt32(3),
            (JobState)row.GetInt32(4), row.GetString(5), row.Time(6), row.MaybeTime(7), facts, findings,
            row.GetInt64(9));
    }

    private static (JobFact[] Facts, JobFinding[] Findings) ReadDetails(JsonElement json) => (
        [.. json.Children("facts").Select(f => new JobFact(f.Text("name"), f.Number("value")))],
        [
            .. json.Children("findings").Select(
                f => new JobFinding(f.Text("code"), f.Text("subject"), f.Text("message"))),
        ]);
}
