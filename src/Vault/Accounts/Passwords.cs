using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.Vault.Documents;

namespace Coffer.Vault.Accounts;

/// <summary>
/// Passwords of people who sign in: PBKDF2 with HMAC-SHA-512 (RFC 8018). The vault has no way to Argon2, which lives
/// where the keys are and where the vault must not look.
/// </summary>
internal static class Passwords
{
    public const int MinLength = 12;
    public const int MaxLength = 256;

    /// <summary>What OWASP's Password Storage Cheat Sheet asks of PBKDF2 with SHA-512, at least.</summary>
    private const int Iterations = 210_000;

    private const int HashSize = 32;
    private const int SaltSize = 16;

    // Of nobody: an unknown name costs what a known one does.
    private static readonly PasswordHash s_nobodys = new(new byte[SaltSize], Iterations, new byte[HashSize]);

    /// <exception cref="FaultException"><c>account.password</c>.</exception>
    public static PasswordHash Hash(string password)
    {
        if (password.Length is < MinLength or > MaxLength)
            throw FaultException.Usage("account.password",
                $"A password has {MinLength} to {MaxLength} characters.", "A sentence is easy to remember.");
        byte[] salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PasswordHash(salt, Iterations, Derive(password, salt, Iterations));
    }

    /// <param name="hash">Null: there is no such account, or it has none; takes as long.</param>
    public static bool IsRight(string password, PasswordHash? hash)
    {
        var used = hash ?? s_nobodys;
        string tried = password.Length <= MaxLength ? password : password[..MaxLength];
        bool isSame = CryptographicOperations.FixedTimeEquals(Derive(tried, used.Salt, used.Iterations), used.Hash);
        return isSame && hash is not null && password.Length <= MaxLength;
    }

    private static byte[] Derive(string password, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, HashSize);
}
