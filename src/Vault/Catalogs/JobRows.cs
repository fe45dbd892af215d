using System.Text;
using System.Text.Json;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Format.Records;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <summary>Jobs as last reported; a machine's oldest go once it has more than <see cref="Limits.JobsKept"/>.</summary>
internal sealed class JobRows(Database database)
{
    public void Put(JobReport job) => database.Transaction(() =>
    {
        database.Run(
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
                command.Bind(8, Encoding.UTF8.GetString(Details(job)));
                command.Bind(9, job.FindingsTotal);
            });
        database.Run(
            "DELETE FROM jobs WHERE machine = ?2 AND number <= "
            + "(SELECT number FROM jobs WHERE machine = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?1)",
            command =>
            {
                command.Bind(1, Limits.JobsKept);
                command.Bind(2, job.Machine.Value);
            });
    });

    /// <summary>Null where the job is not known.</summary>
    public MachineId? MachineOf(JobId job) => database.QueryFirst(
        "SELECT machine FROM jobs WHERE id = ?1",
        command => command.Bind(1, job.Value), row => (MachineId?)new MachineId(row.Id128(0)));

    public List<JobReport> List(MachineId? machine, int limit) => database.Query(
        "SELECT id, machine, operation, state, label, started, ended, details, findings_total FROM jobs "
        + (machine is null ? "" : "WHERE machine = ?2 ") + "ORDER BY number DESC LIMIT ?1",
        command =>
        {
            command.Bind(1, limit);
            if (machine is { } id) command.Bind(2, id.Value);
        },
        Read);

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
        foreach (var finding in job.Findings.Take(Limits.FindingsKept))
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
        var (facts, findings) = CanonicalJson.Read(row.GetBlobSpan(7), "a job in the catalog", ReadDetails);
        return new JobReport(
            new JobId(row.Id128(0)), new MachineId(row.Id128(1)), (JobOperation)row.GetInt32(2),
            (JobState)row.GetInt32(3), row.GetString(4), row.Time(5), row.MaybeTime(6), facts, findings,
            row.GetInt64(8));
    }

    private static (JobFact[] Facts, JobFinding[] Findings) ReadDetails(JsonElement json) => (
        [.. json.Children("facts").Select(f => new JobFact(f.Text("name"), f.Number("value")))],
        [
            .. json.Children("findings").Select(
                f => new JobFinding(f.Text("code"), f.Text("subject"), f.Text("message"))),
        ]);
}
