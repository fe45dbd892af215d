using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Tokens;
using Coffer.Vault.Accounts;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;
using Coffer.Vault.Serving;

namespace Coffer.Vault.Management;

/// <summary>People and API tokens.</summary>
public sealed class ManagedAccounts
{
    private readonly ServedVault _served;
    private readonly OpenVault _vault;
    private readonly Caller _caller;
    private readonly AccountDesk _desk;
    private readonly TokenShelf _tokens;

    internal ManagedAccounts(ServedVault served, Caller caller)
    {
        (_served, _vault, _caller) = (served, served.Engine.Opened, caller);
        (_desk, _tokens) = (new AccountDesk(_vault), new TokenShelf(_vault));
    }

    public Page<AccountItem> List()
    {
        _caller.Require(UseCases.ListAccounts, null, _vault.Now);
        return new Page<AccountItem>([.. _desk.All().Select(Describe)], null);
    }

    public InvitationAnswer Invite(InvitationRequest request)
    {
        var (account, secret) = _desk.Invite(_caller, request.Name, request.Roles);
        return new InvitationAnswer(Describe(account), Convert.ToHexStringLower(secret));
    }

    public AccountItem SetRoles(AccountId account, RolesRequest request) =>
        Describe(_desk.SetRoles(_caller, account, request.Roles));

    public InvitationAnswer Reset(AccountId id)
    {
        var (account, secret) = _desk.Reset(_caller, id);
        _served.SignIns.EndAllOf(id);
        return new InvitationAnswer(Describe(account), Convert.ToHexStringLower(secret));
    }

    public void Remove(AccountId account)
    {
        _desk.Remove(_caller, account);
        _served.SignIns.EndAllOf(account);
    }

    public Page<TokenItem> ListTokens()
    {
        _caller.Require(UseCases.ListTokens, null, _vault.Now);
        return new Page<TokenItem>([.. _tokens.All().Select(Describe)], null);
    }

    public TokenMade MakeToken(TokenScopeRequest request)
    {
        var scope = new TokenScope(request.Permissions, request.PinOperations, request.Machines, request.Ends);
        var (token, text) = _tokens.Make(_caller, request.Name, scope);
        return new TokenMade(Describe(token), text);
    }

    public void RevokeToken(Id128 token) => _tokens.Revoke(_caller, token);

    private static AccountItem Describe(Account account) => new(
        account.Id, account.Name, account.Roles, account.Factor is not null, account.Invitation?.ValidUntil);

    private static TokenItem Describe(ApiToken token) => new(
        token.Id, token.Name, [.. token.Scope.Permissions], [.. token.Scope.PinOperations],
        token.Scope.Machines is { } machines ? [.. machines] : null, token.Scope.Ends, token.MadeAt);
}
