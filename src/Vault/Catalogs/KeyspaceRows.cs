using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <param name="Opening">Of the keyspace file when it was last written.</param>
internal sealed record KeyspaceRow(KeyspaceId Id, byte[] AccessKey, long Opening);

/// <summary>Keyspaces and their envelopes.</summary>
internal sealed class KeyspaceRows(Database database)
{
    public void Insert(KeyspaceId keyspace, byte[] accessKey, DateTimeOffset now) => database.Run(
        "INSERT INTO keyspaces (id, access_key, opening, registered) VALUES (?1, ?2, 0, ?3)",
        command =>
        {
            command.Bind(1, keyspace.Value);
            command.Bind(2, accessKey);
            command.Bind(3, now);
        });

    public KeyspaceRow? Find(KeyspaceId keyspace) => database.QueryFirst(
        "SELECT access_key, opening FROM keyspaces WHERE id = ?1",
        command => command.Bind(1, keyspace.Value),
        row => new KeyspaceRow(keyspace, row.Blob(0), row.GetInt64(1)));

    public List<KeyspaceId> All() => database.Query(
        "SELECT id FROM keyspaces", _ => { }, row => new KeyspaceId(row.Id128(0)));

    public void SetOpening(KeyspaceId keyspace, long opening) => database.Run(
        "UPDATE keyspaces SET opening = ?2 WHERE id = ?1",
        command =>
        {
            command.Bind(1, keyspace.Value);
            command.Bind(2, opening);
        });

    public void InsertEnvelope(Envelope envelope, bool active, DateTimeOffset now) => database.Run(
        "INSERT INTO envelopes (keyspace, kind, number, bytes, active, stored) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        command =>
        {
            command.Bind(1, envelope.Head.Keyspace.Value);
            command.Bind(2, (long)envelope.Head.Kind);
            command.Bind(3, envelope.Head.Number);
            command.Bind(4, envelope.Bytes);
            command.Bind(5, active ? 1 : 0);
            command.Bind(6, now);
        });

    /// <summary>One active envelope a kind.</summary>
    public void ActivateEnvelope(KeyspaceId keyspace, byte kind, uint number) => database.Run(
        "UPDATE envelopes SET active = (number = ?3) WHERE keyspace = ?1 AND kind = ?2",
        command =>
        {
            command.Bind(1, keyspace.Value);
            command.Bind(2, kind);
            command.Bind(3, number);
        });

    public List<byte[]> ActiveEnvelopes(KeyspaceId keyspace) => database.Query(
        "SELECT bytes FROM envelopes WHERE keyspace = ?1 AND active = 1 ORDER BY kind",
        command => command.Bind(1, keyspace.Value),
        row => row.Blob(0));

    /// <summary>Those before the active ones as well.</summary>
    public List<byte[]> AllEnvelopes(KeyspaceId keyspace) => database.Query(
        "SELECT bytes FROM envelopes WHERE keyspace = ?1",
        command => command.Bind(1, keyspace.Value),
        row => row.Blob(0));

    public byte[]? FindEnvelope(KeyspaceId keyspace, byte kind, uint number) => database.QueryFirst(
        "SELECT bytes FROM envelopes WHERE keyspace = ?1 AND kind = ?2 AND number = ?3",
        command =>
        {
            command.Bind(1, keyspace.Value);
            command.Bind(2, kind);
            command.Bind(3, number);
        },
        row => row.Blob(0));

    /// <summary>Newest number of a kind, and the active one; 0 where there is none.</summary>
    public (uint Newest, uint Active) EnvelopeNumbers(KeyspaceId keyspace, byte kind) => database.QueryFirst(
        "SELECT ifnull(max(number), 0), ifnull(max(number * active), 0) FROM envelopes "
        + "WHERE keyspace = ?1 AND kind = ?2",
        command =>
        {
            command.Bind(1, keyspace.Value);
            command.Bind(2, kind);
        },
        row => ((uint)row.GetInt64(0), (uint)row.GetInt64(1)));
}
