using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <summary>Up to which number the records of each scope were ever begun.</summary>
internal sealed class RecordScopeRows(Database database)
{
    /// <summary>
    /// Raises a scope's counter, durably; returns the first of the numbers that are the caller's now.
    /// </summary>
    /// <param name="scope">A keyspace, or <c>vault</c>.</param>
    /// <param name="count">How many numbers.</param>
    /// <param name="bytes">Bytes of records written since the last raise.</param>
    public long Raise(string scope, int count, long bytes) => database.QueryFirst(
        "INSERT INTO record_scopes (scope, next, bytes) VALUES (?1, 1 + ?2, ?3) ON CONFLICT (scope) DO UPDATE "
        + "SET next = next + ?2, bytes = bytes + ?3 RETURNING next",
        command =>
        {
            command.Bind(1, scope);
            command.Bind(2, count);
            command.Bind(3, bytes);
        },
        row => row.GetInt64(0)) - count;

    /// <summary>The next number that <see cref="Raise"/> gives; 1 of a scope without records.</summary>
    public long Next(string scope) => Math.Max(1, database.QueryFirst(
        "SELECT next FROM record_scopes WHERE scope = ?1", command => command.Bind(1, scope), row => row.GetInt64(0)));

    /// <summary>Says of a scope what its records say.</summary>
    /// <param name="next">Above every number that was ever used.</param>
    public void Set(string scope, long next, long bytes) => database.Run(
        "INSERT OR REPLACE INTO record_scopes (scope, next, bytes) VALUES (?1, ?2, ?3)",
        command =>
        {
            command.Bind(1, scope);
            command.Bind(2, next);
            command.Bind(3, bytes);
        });

    public long TotalBytes() => database.QueryFirst(
        "SELECT ifnull(sum(bytes), 0) FROM record_scopes", _ => { }, row => row.GetInt64(0));
}
