using System.Text.Json;
using Coffer.Domain.Security.Audit;
using Coffer.Format.Records;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Auditing;

/// <summary>
/// What people, machines and the console did and were refused. An entry is durable before what it tells of is done; if
/// that fails then, another entry says so: nothing changes that is not in it.
/// </summary>
internal sealed class AuditLog(OpenVault vault)
{
    private const int PageSize = 500;

    public AuditHead Head => vault.Catalog.Audit.Head();

    public void Append(
        string actor, string operation, string subject, AuditOutcome outcome,
        params ReadOnlySpan<(string Name, string Value)> details)
    {
        var named = new Dictionary<string, string>();
        foreach (var (name, value) in details) named[name] = value;
        lock (vault.DocumentTurn)
        {
            var entry = AuditChain.Append(
                Head, new AuditEvent(vault.Now, actor, operation, subject, outcome, named));
            vault.Step(() =>
            {
                long counter = vault.Records.Write(
                    RecordLog.VaultScope, RecordKind.Audit, json => Write(json, entry));
                vault.Catalog.Audit.Insert(entry, counter);
            });
        }
    }

    /// <param name="after">A number; 0 is the beginning.</param>
    public IReadOnlyList<AuditEntry> Page(long after, int limit) => vault.Catalog.Audit.After(after, limit);

    /// <summary>The first entry that does not fit, or null.</summary>
    /// <param name="known">A head that was noted elsewhere; null: a cut tail cannot be seen.</param>
    public AuditFinding? Verify(AuditHead? known) => AuditChain.Verify(All(), AuditHead.Start, known);

    /// <summary>An entry as its record has it.</summary>
    public static AuditEntry Read(JsonElement json) => new(
        json.Number("number"), json.Time("time"), json.Text("actor"), json.Text("operation"), json.Text("object"),
        (AuditOutcome)json.Number("outcome"),
        [.. json.Child("details").EnumerateObject().Select(d => KeyValuePair.Create(d.Name, d.Value.GetString()!))],
        json.Text("previous"), json.Text("hash"));

    private static void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteString("actor"u8, entry.Actor);
        json.WriteStartObject("details"u8);
        foreach (var (name, value) in entry.Details) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("hash"u8, entry.Hash);
        json.WriteNumber("number"u8, entry.Number);
        json.WriteString("object"u8, entry.Object);
        json.WriteString("operation"u8, entry.Operation);
        json.WriteNumber("outcome"u8, (int)entry.Outcome);
        json.WriteString("previous"u8, entry.PreviousHash);
        json.WriteString("time"u8, CanonicalJson.Time(entry.Time));
    }

    private IEnumerable<AuditEntry> All()
    {
        long after = 0;
        while (Page(after, PageSize) is { Count: > 0 } page)
        {
            foreach (var entry in page) yield return entry;
            after = page[^1].Number;
        }
    }
}
