namespace Coffer.Vault.Databases;

/// <summary>The tables of a database; kept as user_version, never reused for other tables.</summary>
internal sealed record DatabaseSchema(int Version, string Sql);
