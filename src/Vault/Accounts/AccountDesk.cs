using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Pins;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.SignIn;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Accounts;

/// <summary>
/// People and their roles. An account begins, and begins anew after a reset, with an invitation: a secret that is told
/// once and lets whoever has it choose a password and a second factor.
/// </summary>
internal sealed class AccountDesk(OpenVault vault)
{
    public static readonly TimeSpan InvitationLife = TimeSpan.FromHours(24);

    public IReadOnlyList<Account> All() => vault.Documents.All(DocumentKinds.Account);

    public Account? Find(AccountId id) => vault.Documents.Find(DocumentKinds.Account, $"{id}");

    public Account? Find(string name) =>
        All().FirstOrDefault(account => string.Equals(account.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <returns>The account, and the invitation's secret, which is told once.</returns>
    public (Account Account, byte[] Secret) Invite(Caller caller, string name, IReadOnlyList<Role> roles)
    {
        caller.Require(UseCases.InviteAccount, null, vault.Now);
        AccountNames.Require(name);
        RequireRoles(roles);
        lock (vault.DocumentTurn)
        {
            if (Find(name) is not null) throw AccountFaults.Taken(name);
            RequireSecondPerson(caller, roles, $"invite {name} as {string.Join(", ", roles)}");
            var account = new Account(AccountId.New(), name, [.. roles], vault.Now, null, null, null)
            {
                CredentialsFrom = caller.Account,
            };
            vault.Audit.Append(caller.Name, UseCases.InviteAccount.Name, $"account {account.Id}", AuditOutcome.Done,
                ("name", name), ("roles", string.Join(", ", roles)));
            return PutInvited(account);
        }
    }

    public Account SetRoles(Caller caller, AccountId id, IReadOnlyList<Role> roles)
    {
        caller.Require(UseCases.SetRoles, null, vault.Now);
        RequireRoles(roles);
        lock (vault.DocumentTurn)
        {
            var account = Find(id) ?? throw AccountFaults.Unknown();
            if (!roles.Contains(Role.SecurityAdministrator)) RequireAnother(account);
            RequireSecondPerson(
                caller, roles.Except(account.Roles).Concat(Lost(account, roles)),
                $"roles of {id}: {string.Join(", ", roles)}");
            vault.Audit.Append(caller.Name, UseCases.SetRoles.Name, $"account {id}", AuditOutcome.Done,
                ("from", string.Join(", ", account.Roles)), ("to", string.Join(", ", roles)));
            bool isRaised = roles.Except(account.Roles).Contains(Role.SecurityAdministrator);
            return Put(account with
            {
                Roles = [.. roles],
                RaisedBy = isRaised ? caller.Account : account.RaisedBy,
                RaisedAt = isRaised ? vault.Now : account.RaisedAt,
            });
        }
    }

    /// <summary>Takes password and second factor away and makes an invitation to new ones.</summary>
    public (Account Account, byte[] Secret) Reset(Caller caller, AccountId id)
    {
        caller.Require(UseCases.ResetAccount, null, vault.Now);
        lock (vault.DocumentTurn)
        {
            var account = Find(id) ?? throw AccountFaults.Unknown();
            // Not where nobody else could approve it: the console mends the last administrator's lost second factor.
            if (!caller.IsConsole || HasAnother(account)) RequireSecondPerson(caller, account.Roles, $"reset {id}");
            vault.Audit.Append(caller.Name, UseCases.ResetAccount.Name, $"account {id}", AuditOutcome.Done);
            return PutInvited(account with { Password = null, Factor = null, CredentialsFrom = caller.Account });
        }
    }

    public void Remove(Caller caller, AccountId id)
    {
        caller.Require(UseCases.RemoveAccount, null, vault.Now);
        lock (vault.DocumentTurn)
        {
            var account = Find(id) ?? throw AccountFaults.Unknown();
            RequireAnother(account);
            RequireSecondPerson(caller, Lost(account, []), $"remove {id}");
            vault.Audit.Append(caller.Name, UseCases.RemoveAccount.Name, $"account {id}", AuditOutcome.Done,
                ("name", account.Name));
            vault.Documents.Put(DocumentKinds.Account, $"{id}", null);
        }
    }

    /// <summary>Chooses a password; the key of the second factor is drawn here and shown once.</summary>
    /// <returns>What an authenticator app reads.</returns>
    public Uri Take(byte[] secret, string password)
    {
        _ = Invited(secret); // before the password: hashing is dear, and anybody may ask
        var hash = Passwords.Hash(password);
        lock (vault.DocumentTurn)
        {
            var account = Invited(secret);
            byte[] key = RandomNumberGenerator.GetBytes(Totp.KeySize);
            Put(account with { Invitation = account.Invitation! with { Password = hash, FactorKey = key } });
            return new Uri(Totp.Uri($"Coffer {vault.Name}", account.Name, key));
        }
    }

    /// <summary>The first code was right: from now on the account signs in with both.</summary>
    public Account Confirm(byte[] secret, string code)
    {
        lock (vault.DocumentTurn)
        {
            var account = Invited(secret);
            if (account.Invitation is not { Password: { } password, FactorKey: { } key })
                throw AccountFaults.Invitation();
            if (new SecondFactor(key).Accept(code, vault.Now) is not { } factor) throw WrongCode(account);
            vault.Audit.Append($"account {account.Name} ({account.Id})", "accounts.confirm", $"account {account.Id}",
                AuditOutcome.Done);
            return Put(account with
            {
                Password = password,
                Factor = factor,
                Invitation = null,
                EnrolledAt = vault.Now,
            });
        }
    }

    /// <summary>Whose invitation a secret is.</summary>
    /// <exception cref="FaultException"><c>account.invitation</c>.</exception>
    public AccountId Invites(byte[] secret) => Invited(secret).Id;

    /// <summary>Spends the code that the second factor shows now.</summary>
    /// <exception cref="FaultException"><c>signin.code</c>.</exception>
    public void RequireCode(AccountId id, string? code)
    {
        lock (vault.DocumentTurn)
        {
            var account = Find(id) ?? throw AccountFaults.Unknown();
            string tries = $"code {id}";
            var attempts = vault.Documents.Find(DocumentKinds.Attempts, tries) ?? PinAttempts.None;
            if (attempts.IsLocked(vault.Now)) throw AccountFaults.CodesLocked(attempts.LockedUntil!.Value);
            if (account.Factor?.Accept(code ?? "", vault.Now) is not { } next)
            {
                // On disk before it is told: three codes in a million are right at any time.
                vault.Documents.Put(DocumentKinds.Attempts, tries, attempts.AfterWrong(vault.Now));
                throw SecurityDeskFaults.SecondFactor();
            }
            Put(account with { Factor = next });
        }
    }

    // On disk before it is told. Whoever sees no more than the secret must not find the first code by trying.
    private FaultException WrongCode(Account account)
    {
        var tried = account.Invitation! with { WrongCodes = account.Invitation.WrongCodes + 1 };
        bool isVoid = tried.WrongCodes >= SecurityLimits.WrongTriesOfAPin;
        Put(account with { Invitation = isVoid ? null : tried });
        return isVoid ? AccountFaults.Invitation() : SecurityDeskFaults.SecondFactor();
    }

    private Account Invited(byte[] secret)
    {
        byte[] hash = SHA256.HashData(secret);
        return All().FirstOrDefault(account => account.Invitation is { } invitation
            && CryptographicOperations.FixedTimeEquals(invitation.SecretHash, hash)
            && vault.Now < invitation.ValidUntil) ?? throw AccountFaults.Invitation();
    }

    private (Account Account, byte[] Secret) PutInvited(Account account)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        var invitation = new Invitation(SHA256.HashData(secret), vault.Now + InvitationLife, null, null);
        return (Put(account with { Invitation = invitation }), secret);
    }

    private Account Put(Account account)
    {
        vault.Documents.Put(DocumentKinds.Account, $"{account.Id}", account);
        return account;
    }

    private void RequireAnother(Account account)
    {
        bool isLast = account.Roles.Contains(Role.SecurityAdministrator) && account.Factor is not null
            && !HasAnother(account);
        if (isLast) throw AccountFaults.Last();
    }

    private bool HasAnother(Account account) => All().Any(other => other.Id != account.Id
        && other.Factor is not null && other.Roles.Contains(Role.SecurityAdministrator));

    // One approver fewer is as good as another vote for who takes him away.
    private static IEnumerable<Role> Lost(Account account, IReadOnlyList<Role> kept) =>
        account.Factor is null ? [] : account.Roles.Where(role => role == Role.SecurityAdministrator).Except(kept);

    // Also of who may ask for what is guarded: else one person would ask by another name and approve it by their own.
    private void RequireSecondPerson(Caller caller, IEnumerable<Role> roles, string what)
    {
        if (roles.Any(role => role >= Role.BackupContributor))
            new Guard(vault).Pass(caller, [CriticalOperation.AddApprover], null, what, null);
    }

    private static void RequireRoles(IReadOnlyList<Role> roles)
    {
        bool isRight = roles.Count > 0 && roles.All(Enum.IsDefined) && roles.Distinct().Count() == roles.Count;
        if (!isRight) throw AccountFaults.Roles();
    }
}
