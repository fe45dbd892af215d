using System.Text;
using Coffer.Domain.Security.Audit;
using Coffer.Format.Records;
using Coffer.Vault.Databases;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Catalogs;

/// <summary>The audit log; rows are added and never changed.</summary>
internal sealed class AuditRows(Database database)
{
    private const string Select =
        "SELECT number, time, actor, operation, object, outcome, details, previous, hash FROM audit ";

    public AuditHead Head() => database.QueryFirst(
        "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", _ => { },
        row => (AuditHead?)new AuditHead(row.GetInt64(0), row.GetString(1))) ?? AuditHead.Start;

    /// <summary>The highest counter of a record that a row says; 0 where there is none.</summary>
    public long LastRecord() => database.QueryFirst(
        "SELECT ifnull(max(record), 0) FROM audit", _ => { }, row => row.GetInt64(0));

    public void Insert(AuditEntry entry, long record) => database.Run(
        // Two records of one number: the row of the first never came to be, so the chain went on from the second.
        "INSERT OR REPLACE INTO audit (number, record, time, actor, operation, object, outcome, details, previous, "
        + "hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        command =>
        {
            command.Bind(1, entry.Number);
            command.Bind(2, record);
            command.Bind(3, entry.Time);
            command.Bind(4, entry.Actor);
            command.Bind(5, entry.Operation);
            command.Bind(6, entry.Object);
            command.Bind(7, (long)entry.Outcome);
            command.Bind(8, Encoding.UTF8.GetString(DetailsOf(entry)));
            command.Bind(9, entry.PreviousHash);
            command.Bind(10, entry.Hash);
        });

    /// <summary>Oldest first.</summary>
    /// <param name="after">A number; 0 is the beginning.</param>
    public List<AuditEntry> After(long after, int limit) => database.Query(
        Select + "WHERE number > ?1 ORDER BY number LIMIT ?2",
        command =>
        {
            command.Bind(1, after);
            command.Bind(2, limit);
        },
        Read);

    private static byte[] DetailsOf(AuditEntry entry) => CanonicalJson.Write(json =>
    {
        foreach (var (name, value) in entry.Details) json.WriteString(name, value);
    });

    private static AuditEntry Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.Time(1), row.GetString(2), row.GetString(3), row.GetString(4),
        (AuditOutcome)row.GetInt32(5),
        CanonicalJson.Read(row.GetBlobSpan(6), "details in the audit log", static json =>
            json.EnumerateObject().Select(d => KeyValuePair.Create(d.Name, d.Value.GetString() ?? "")).ToArray()),
        row.GetString(7), row.GetString(8));
}
