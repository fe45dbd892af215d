using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Tokens;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Accounts;

/// <summary>API tokens: made once, shown once, for scripts.</summary>
internal sealed class TokenShelf(OpenVault vault)
{
    /// <summary>So that a token is told from other secrets at sight, also by scanners for leaked ones.</summary>
    public const string Prefix = "coffer_";

    private const int SecretSize = 32;

    public IReadOnlyList<ApiToken> All() => vault.Documents.All(DocumentKinds.Token);

    /// <returns>The token, and its text, which is told once.</returns>
    public (ApiToken Token, string Text) Make(Caller caller, string name, TokenScope scope)
    {
        caller.Require(UseCases.CreateToken, null, vault.Now);
        AccountNames.Require(name);
        if (scope.Broken(caller.Roles, vault.Now) is { } broken) throw new FaultException(broken);
        byte[] secret = RandomNumberGenerator.GetBytes(SecretSize);
        var token = new ApiToken(
            Id128.Random(), name, SHA256.HashData(secret), scope, caller.Account ?? default, vault.Now);
        vault.Audit.Append(caller.Name, UseCases.CreateToken.Name, $"token {token.Id}", AuditOutcome.Done,
            ("name", name), ("permissions", string.Join(", ", scope.Permissions)),
            ("pins", string.Join(", ", scope.PinOperations)), ("ends", $"{scope.Ends:u}"));
        vault.Documents.Put(DocumentKinds.Token, $"{token.Id}", token);
        return (token, $"{Prefix}{token.Id}_{Convert.ToHexStringLower(secret)}");
    }

    public void Revoke(Caller caller, Id128 id)
    {
        caller.Require(UseCases.RevokeToken, null, vault.Now);
        lock (vault.DocumentTurn)
        {
            if (vault.Documents.Find(DocumentKinds.Token, $"{id}") is null) throw AccountFaults.NoToken();
            vault.Audit.Append(caller.Name, UseCases.RevokeToken.Name, $"token {id}", AuditOutcome.Done);
            vault.Documents.Put(DocumentKinds.Token, $"{id}", null);
        }
    }

    /// <summary>Who a token's text stands for.</summary>
    /// <exception cref="FaultException"><c>signin.needed</c>.</exception>
    public Caller Require(string text)
    {
        string[] parts = text.Split('_');
        byte[] secret = new byte[SecretSize];
        bool isForm = parts.Length == 3 && Id128.TryParse(parts[1], out _)
            && parts[2].Length == 2 * SecretSize && Hex.TryRead(parts[2], secret);
        if (!isForm || vault.Documents.Find(DocumentKinds.Token, parts[1]) is not { } token)
            throw AccountFaults.SignInNeeded();
        bool isRight = CryptographicOperations.FixedTimeEquals(SHA256.HashData(secret), token.SecretHash);
        return isRight ? Caller.Token(token, MakerOf(token)) : throw AccountFaults.SignInNeeded();
    }

    // What its maker may not any more, the token may not either. The console's tokens have no account to lose.
    private Account MakerOf(ApiToken token) => token.Maker == default
        ? new Account(default, "console", [.. Caller.AtConsole.Roles], token.MadeAt, null, null, null)
        : new AccountDesk(vault).Find(token.Maker) is { Factor: not null } maker
            ? maker
            : throw AccountFaults.SignInNeeded();
}
