using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <param name="Record">Counter of the record that tells of it.</param>
internal sealed record CheckpointRow(ObjectId Id, SourceId Source, KeyspaceId Keyspace, long Sequence, long Record);

/// <summary>The last checkpoint of each source, since its newest point.</summary>
internal sealed class CheckpointRows(Database database)
{
    private const string Select = "SELECT id, source, keyspace, sequence, record FROM checkpoints ";

    public CheckpointRow? Find(SourceId source) => database.QueryFirst(
        Select + "WHERE source = ?1", command => command.Bind(1, source.Value), Read);

    public List<CheckpointRow> All() => database.Query(Select, _ => { }, Read);

    public void Put(CheckpointRow checkpoint, DateTimeOffset received) => database.Run(
        "INSERT OR REPLACE INTO checkpoints (source, id, keyspace, sequence, received, record) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        command =>
        {
            command.Bind(1, checkpoint.Source.Value);
            command.Bind(2, checkpoint.Id);
            command.Bind(3, checkpoint.Keyspace.Value);
            command.Bind(4, checkpoint.Sequence);
            command.Bind(5, received);
            command.Bind(6, checkpoint.Record);
        });

    public void Remove(SourceId source) => database.Run(
        "DELETE FROM checkpoints WHERE source = ?1", command => command.Bind(1, source.Value));

    private static CheckpointRow Read(Sqlite.SqliteDataReader row) => new(
        row.ObjectId(0), new SourceId(row.Id128(1)), new KeyspaceId(row.Id128(2)), row.GetInt64(3),
        row.GetInt64(4));
}
