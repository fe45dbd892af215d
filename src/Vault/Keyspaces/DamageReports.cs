using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>Copies that did not open to their id, by who found out; and the ids that no copy has any more.</summary>
internal sealed class DamageReports(Database database)
{
    /// <summary>
    /// Notes a damaged copy. The first note of it raises the loss epoch in the same transaction: pages above it were
    /// proved whole by a copy that is not.
    /// </summary>
    public void Add(ObjectId id, long pack, MachineId? machine, string reason, DateTimeOffset now) =>
        database.Transaction(() =>
        {
            int added = database.Run(
                "INSERT OR IGNORE INTO damage (id, pack, machine, reported, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
                command =>
                {
                    command.Bind(1, id);
                    command.Bind(2, pack);
                    command.Bind(3, machine?.Value ?? default);
                    command.Bind(4, now);
                    command.Bind(5, reason);
                });
            if (added > 0) database.Run("UPDATE keyspace SET loss_epoch = loss_epoch + 1", _ => { });
        });

    /// <summary>What a machine must send again: the lost, and what has no copy but such as it found damaged.</summary>
    public List<ObjectId> LostFor(MachineId machine) => database.Query(
        """
        SELECT id FROM lost
        UNION
        SELECT d.id FROM damage d WHERE d.machine = ?1 AND NOT EXISTS (
          SELECT 1 FROM frames f JOIN packs p ON p.number = f.pack WHERE f.id = d.id AND p.state = 1
            AND NOT EXISTS (SELECT 1 FROM damage e WHERE e.id = f.id AND e.pack = f.pack AND e.machine = ?1))
        """,
        command => command.Bind(1, machine.Value),
        row => row.ObjectId(0));
}
