using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <param name="HighestSequence">Purged points included.</param>
internal sealed record SourceRow(
    SourceId Id, MachineId Machine, string Type, string Label, long HighestSequence);

/// <summary>Machines, their data sources and their policies.</summary>
internal sealed class MachineRows(Database database)
{
    private const string Columns = "id, name, keyspace, registered, heard";

    public void Insert(ServerDescription server, byte[] publicKey) => database.Run(
        "INSERT INTO machines (id, keyspace, name, public_key, registered, heard) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        command =>
        {
            command.Bind(1, server.Id.Value);
            command.Bind(2, server.Keyspace.Value);
            command.Bind(3, server.Name);
            command.Bind(4, publicKey);
            command.Bind(5, server.RegisteredAt);
        });

    public void SetKey(MachineId machine, string name, byte[] publicKey, DateTimeOffset now) => database.Run(
        "UPDATE machines SET name = ?2, public_key = ?3, heard = ?4 WHERE id = ?1",
        command =>
        {
            command.Bind(1, machine.Value);
            command.Bind(2, name);
            command.Bind(3, publicKey);
            command.Bind(4, now);
        });

    public void SetHeard(MachineId machine, DateTimeOffset now) => database.Run(
        "UPDATE machines SET heard = ?2 WHERE id = ?1",
        command =>
        {
            command.Bind(1, machine.Value);
            command.Bind(2, now);
        });

    public ServerDescription? Find(MachineId machine) => database.QueryFirst(
        $"SELECT {Columns} FROM machines WHERE id = ?1", command => command.Bind(1, machine.Value), Read);

    /// <summary>Null where it is not registered.</summary>
    public byte[]? PublicKeyOf(MachineId machine) => database.QueryFirst(
        "SELECT public_key FROM machines WHERE id = ?1",
        command => command.Bind(1, machine.Value), row => row.Blob(0));

    public List<ServerDescription> All() => database.Query(
        $"SELECT {Columns} FROM machines ORDER BY registered, id", _ => { }, Read);

    public int CountIn(KeyspaceId keyspace) => database.QueryFirst(
        "SELECT count(*) FROM machines WHERE keyspace = ?1",
        command => command.Bind(1, keyspace.Value), row => row.GetInt32(0));

    public SourceRow? FindSource(SourceId source) => database.QueryFirst(
        "SELECT machine, type, label, highest_sequence FROM sources WHERE id = ?1",
        command => command.Bind(1, source.Value),
        row => new SourceRow(
            source, new MachineId(row.Id128(0)), row.GetString(1), row.GetString(2), row.GetInt64(3)));

    public List<SourceRow> SourcesOf(MachineId machine) => database.Query(
        "SELECT id, type, label, highest_sequence FROM sources WHERE machine = ?1 ORDER BY id",
        command => command.Bind(1, machine.Value),
        row => new SourceRow(
            new SourceId(row.Id128(0)), machine, row.GetString(1), row.GetString(2), row.GetInt64(3)));

    public void PutSource(SourceRow source, KeyspaceId keyspace) => database.Run(
        "INSERT INTO sources (id, machine, keyspace, type, label, highest_sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
        + "ON CONFLICT (id) DO UPDATE SET type = excluded.type, label = excluded.label",
        command =>
        {
            command.Bind(1, source.Id.Value);
            command.Bind(2, source.Machine.Value);
            command.Bind(3, keyspace.Value);
            command.Bind(4, source.Type);
            command.Bind(5, source.Label);
            command.Bind(6, source.HighestSequence);
        });

    public void RaiseSequence(SourceId source, long sequence) => database.Run(
        "UPDATE sources SET highest_sequence = max(highest_sequence, ?2) WHERE id = ?1",
        command =>
        {
            command.Bind(1, source.Value);
            command.Bind(2, sequence);
        });

    public void InsertPolicy(MachineId machine, StoredPolicy policy, DateTimeOffset now) => database.Run(
        "INSERT INTO policies (machine, version, json, stored) VALUES (?1, ?2, ?3, ?4)",
        command =>
        {
            command.Bind(1, machine.Value);
            command.Bind(2, policy.Version);
            command.Bind(3, policy.Json);
            command.Bind(4, now);
        });

    public StoredPolicy? NewestPolicy(MachineId machine) => database.QueryFirst(
        "SELECT version, json FROM policies WHERE machine = ?1 ORDER BY version DESC LIMIT 1",
        command => command.Bind(1, machine.Value),
        row => new StoredPolicy(row.GetInt64(0), row.Blob(1)));

    public StoredPolicy? FindPolicy(MachineId machine, long version) => database.QueryFirst(
        "SELECT version, json FROM policies WHERE machine = ?1 AND version = ?2",
        command =>
        {
            command.Bind(1, machine.Value);
            command.Bind(2, version);
        },
        row => new StoredPolicy(row.GetInt64(0), row.Blob(1)));

    private static ServerDescription Read(Sqlite.SqliteDataReader row) => new(
        new MachineId(row.Id128(0)), row.GetString(1), new KeyspaceId(row.Id128(2)), row.Time(3), row.MaybeTime(4));
}
