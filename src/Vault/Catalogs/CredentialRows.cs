using System.Security.Cryptography;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <param name="IsNewest">No credentials file was made after this one.</param>
internal sealed record CredentialRow(DateTimeOffset ValidUntil, bool IsNewest);

/// <summary>The registration secrets of the credentials files that were made.</summary>
internal sealed class CredentialRows(Database database)
{
    /// <param name="hash">SHA-256 of the secret.</param>
    public void Insert(byte[] hash, DateTimeOffset made, DateTimeOffset validUntil) => database.Run(
        "INSERT INTO credentials (secret, made, valid_until) VALUES (?1, ?2, ?3)",
        command =>
        {
            command.Bind(1, hash.AsSpan());
            command.Bind(2, made);
            command.Bind(3, validUntil);
        });

    /// <summary>A random secret of the service's own, drawn when first asked for.</summary>
    public byte[] SecretNamed(string name) => database.Transaction(() =>
    {
        database.Run(
            "INSERT OR IGNORE INTO secrets (name, bytes) VALUES (?1, ?2)",
            command =>
            {
                command.Bind(1, name);
                command.Bind(2, RandomNumberGenerator.GetBytes(32).AsSpan());
            });
        return database.QueryFirst(
            "SELECT bytes FROM secrets WHERE name = ?1", command => command.Bind(1, name), row => row.Blob(0))!;
    });

    public CredentialRow? Find(byte[] hash) => database.QueryFirst(
        "SELECT valid_until, number = (SELECT max(number) FROM credentials) FROM credentials WHERE secret = ?1",
        command => command.Bind(1, hash.AsSpan()),
        row => new CredentialRow(row.Time(0), row.GetBoolean(1)));
}
