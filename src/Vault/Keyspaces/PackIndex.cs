using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Vault.Databases;
using Coffer.Vault.Records;
using Coffer.Vault.Sqlite;

namespace Coffer.Vault.Keyspaces;

/// <summary>A pack and what its table says, about to be indexed.</summary>
/// <param name="Writer">Null where no receipt tells.</param>
/// <param name="Receipt">Counter of the receipt; 0 without one.</param>
internal sealed record IndexedPack(
    PackName Name, PackClass Class, long Length, MachineId? Writer, DateTimeOffset Received, long Receipt,
    PackState State, IReadOnlyList<PackEntry> Entries);

/// <summary>Packs and the frames in them. A pack is present once its rows are here, and not before.</summary>
internal sealed class PackIndex(Database database)
{
    private readonly SqliteCommand _frame = database.Prepare(
        "INSERT OR IGNORE INTO frames (id, pack, kind, offset, length, writer, received, closed) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)");

    private readonly SqliteCommand _references = database.Prepare(
        "INSERT OR IGNORE INTO page_references (id, pack, ids) VALUES (?1, ?2, ?3)");

    public PackState? StateOf(ObjectId hash) => database.QueryFirst(
        "SELECT state FROM packs WHERE hash = ?1",
        command => command.Bind(1, hash),
        row => (PackState?)row.GetInt32(0));

    /// <summary>All rows of a pack in one transaction. The same pack again changes nothing.</summary>
    public void Add(IndexedPack pack) => database.Transaction(() =>
    {
        if (StateOf(pack.Name.Hash) is not null) return;
        long? writer = pack.Writer is { } machine ? WriterNumber(machine) : null;
        long number = InsertPack(pack, writer);
        foreach (var entry in pack.Entries) InsertFrame(entry, number, writer, pack.Received);
    });

    public (long Count, long Bytes) Totals() => database.QueryFirst(
        "SELECT count(*), ifnull(sum(length), 0) FROM packs WHERE state <> 3", _ => { },
        row => (row.GetInt64(0), row.GetInt64(1)));

    private long WriterNumber(MachineId machine) => database.QueryFirst(
        "INSERT INTO writers (machine) VALUES (?1) "
        + "ON CONFLICT (machine) DO UPDATE SET machine = machine RETURNING number",
        command => command.Bind(1, machine.Value),
        row => row.GetInt64(0));

    private long InsertPack(IndexedPack pack, long? writer) => database.QueryFirst(
        "INSERT INTO packs (hash, class, length, frames, state, writer, received, receipt) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING number",
        command =>
        {
            command.Bind(1, pack.Name.Hash);
            command.Bind(2, (long)pack.Class);
            command.Bind(3, pack.Length);
            command.Bind(4, pack.Entries.Count);
            command.Bind(5, (long)pack.State);
            BindMaybe(command, 6, writer);
            command.Bind(7, pack.Received);
            command.Bind(8, pack.Receipt);
        },
        row => row.GetInt64(0));

    private void InsertFrame(PackEntry entry, long pack, long? writer, DateTimeOffset received)
    {
        _frame.Bind(1, entry.Id);
        _frame.Bind(2, pack);
        _frame.Bind(3, (long)entry.Kind);
        _frame.Bind(4, entry.Offset);
        _frame.Bind(5, entry.Length);
        BindMaybe(_frame, 6, writer);
        _frame.Bind(7, received);
        _frame.ExecuteNonQuery();
        if (NodeKinds.IsData(entry.Kind)) return;
        _references.Bind(1, entry.Id);
        _references.Bind(2, pack);
        _references.Bind(3, entry.References.Span);
        _references.ExecuteNonQuery();
    }

    private static void BindMaybe(SqliteCommand command, int index, long? value)
    {
        if (value is { } number) command.Bind(index, number);
        else command.BindNull(index);
    }
}
