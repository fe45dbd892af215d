using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <summary>The newest state of each document.</summary>
internal sealed class DocumentRows(Database database)
{
    public byte[]? Find(string kind, string id) => database.QueryFirst(
        "SELECT json FROM documents WHERE kind = ?1 AND id = ?2",
        command =>
        {
            command.Bind(1, kind);
            command.Bind(2, id);
        },
        row => row.Blob(0));

    /// <summary>The counter of the record that a document's state comes from; null where there never was one.</summary>
    public long? RecordOf(string kind, string id) => database.QueryFirst(
        "SELECT record FROM documents WHERE kind = ?1 AND id = ?2",
        command =>
        {
            command.Bind(1, kind);
            command.Bind(2, id);
        },
        row => (long?)row.GetInt64(0));

    /// <summary>By id, ascending.</summary>
    public List<(string Id, byte[] Json)> All(string kind) => database.Query(
        "SELECT id, json FROM documents WHERE kind = ?1 ORDER BY id",
        command => command.Bind(1, kind), row => (row.GetString(0), row.Blob(1)));

    /// <summary>Says of a document what a record says, unless it says what a later one does.</summary>
    public void Put(string kind, string id, long record, byte[] json) => database.Run(
        "INSERT INTO documents (kind, id, record, json) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, id) DO UPDATE "
        + "SET record = excluded.record, json = excluded.json WHERE record < excluded.record",
        command =>
        {
            command.Bind(1, kind);
            command.Bind(2, id);
            command.Bind(3, record);
            command.Bind(4, json.AsSpan());
        });

    /// <summary>The highest counter of a record that a row says; 0 where there is none.</summary>
    public long LastRecord() => database.QueryFirst(
        "SELECT ifnull(max(record), 0) FROM documents", _ => { }, row => row.GetInt64(0));
}
