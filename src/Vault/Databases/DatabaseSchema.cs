namespace Coffer.Vault.Databases;

/// <summary>The tables of a database. Their version is its user_version, never reused for other tables.</summary>
/// <param name="Version">One more than there are <paramref name="Upgrades"/>.</param>
/// <param name="Sql">Makes all tables of this version.</param>
/// <param name="Upgrades">Statements that make tables of version 1, 2, … those of the next.</param>
internal sealed record DatabaseSchema(int Version, string Sql, params string[] Upgrades);
