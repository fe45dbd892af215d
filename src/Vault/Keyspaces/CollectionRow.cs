using Coffer.Vault.Databases;

namespace Coffer.Vault.Keyspaces;

/// <summary>When the keyspace was last collected to the end, and what there was to remove then.</summary>
internal sealed class CollectionRow(Database database)
{
    /// <param name="generation">The newest that could be removed; what is left of it is not worth the copying.</param>
    public void Done(DateTimeOffset now, long generation) => database.Run(
        "UPDATE keyspace SET collected = ?1, point_gone = 0, collected_generation = ?2",
        command =>
        {
            command.Bind(1, now);
            command.Bind(2, generation);
        });

    /// <summary>A point is gone for good: there is something to be found.</summary>
    public void PointGone() => database.Run("UPDATE keyspace SET point_gone = 1", _ => { });

    /// <summary>
    /// Since when the keyspace goes without one: its last, or its first pack. Null where there is no pack either.
    /// </summary>
    public (DateTimeOffset? Since, bool IsPointGone, long Generation) Last() => database.QueryFirst(
        "SELECT ifnull(collected, (SELECT min(received) FROM packs)), point_gone, collected_generation FROM keyspace",
        _ => { },
        row => (row.MaybeTime(0), row.GetBoolean(1), row.GetInt64(2)));
}
