using Coffer.Domain;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>Copies that did not open to their id, by who found out.</summary>
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
}
