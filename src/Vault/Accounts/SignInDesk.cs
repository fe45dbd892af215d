using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.SignIn;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Accounts;

/// <summary>
/// Lets people in by name, password and second factor, and knows them again by a token. Tokens are in memory, by their
/// hash: a start of the service signs everybody out, and each request looks the account up again.
/// </summary>
internal sealed class SignInDesk(OpenVault vault) : IDisposable
{
    /// <summary>A working day; then one signs in again.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(30);

    /// <summary>Names and addresses whose failures are remembered; beyond, the oldest are forgotten.</summary>
    private const int Remembered = 10_000;

    private const int TokenSize = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<Id128, SignedIn> _signedIn = [];
    private readonly Dictionary<string, SignInThrottle> _throttles = [];

    // A password costs a tenth of a second of a core: strangers must not take all cores with wrong ones.
    private readonly SemaphoreSlim _hashing = new(2);

    /// <param name="address">Where the request comes from.</param>
    /// <exception cref="FaultException"><c>signin.refused</c>, <c>signin.wait</c>, <c>signin.busy</c>.</exception>
    public async Task<string> SignInAsync(
        string name, string password, string code, string address, CancellationToken cancellationToken)
    {
        if (name.Length > AccountNames.MaxLength) throw AccountFaults.SignIn(); // nobody has such a name
        string byName = "name " + name.ToUpperInvariant(), byAddress = "address " + address;
        Require(byName, byAddress);
        if (!await _hashing.WaitAsync(TimeSpan.FromSeconds(5), cancellationToken)) throw AccountFaults.Busy();
        try
        {
            Require(byName, byAddress); // those that waited with it may have failed meanwhile
            var desk = new AccountDesk(vault);
            var account = desk.Find(name);
            bool isRight = Passwords.IsRight(password, account?.Password) && IsCodeRight(desk, account!.Id, code);
            lock (_lock)
                Remember(byName, isRight ? Throttle(byName).AfterSuccess() : Throttle(byName).AfterFailure(vault.Now));
            if (isRight) return Issue(account!.Id, account.Name);
            lock (_lock) Remember(byAddress, Throttle(byAddress).AfterFailure(vault.Now));
            throw AccountFaults.SignIn();
        }
        finally
        {
            _hashing.Release();
        }
    }

    /// <exception cref="FaultException"><c>signin.needed</c>.</exception>
    public Caller Require(string token)
    {
        lock (_lock)
        {
            var now = vault.Now;
            var id = HashOf(token);
            bool isOpen = _signedIn.TryGetValue(id, out var found)
                && now < found.Until && now - found.Used < s_idle && now >= found.From;
            if (!isOpen || new AccountDesk(vault).Find(found.Account) is not { Factor: not null } account)
            {
                _signedIn.Remove(id);
                throw AccountFaults.SignInNeeded();
            }
            _signedIn[id] = found with { Used = now };
            return Caller.Person(account);
        }
    }

    public void SignOut(string token)
    {
        lock (_lock) _signedIn.Remove(HashOf(token));
    }

    /// <summary>Ends what a person has open whose account was reset, changed or removed.</summary>
    public void EndAllOf(AccountId account)
    {
        lock (_lock)
            foreach (var (token, signedIn) in _signedIn.ToList())
                if (signedIn.Account == account) _signedIn.Remove(token);
    }

    public void Dispose() => _hashing.Dispose();

    private string Issue(AccountId account, string name)
    {
        vault.Audit.Append($"account {name} ({account})", "session.begin", "", AuditOutcome.Done);
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenSize));
        lock (_lock)
        {
            foreach (var (old, signedIn) in _signedIn.ToList())
                if (vault.Now >= signedIn.Until) _signedIn.Remove(old);
            _signedIn[HashOf(token)] = new SignedIn(account, vault.Now, vault.Now + Life, vault.Now);
        }
        return token;
    }

    private static bool IsCodeRight(AccountDesk desk, AccountId account, string code)
    {
        try
        {
            desk.RequireCode(account, code);
            return true;
        }
        catch (FaultException)
        {
            return false;
        }
    }

    private void Require(string byName, string byAddress)
    {
        lock (_lock)
            foreach (string by in (string[])[byName, byAddress])
                if (Throttle(by).Refusal(vault.Now) is { } refusal) throw new FaultException(refusal);
    }

    private SignInThrottle Throttle(string by) => _throttles.GetValueOrDefault(by)
        ?? new SignInThrottle(by.StartsWith('n') ? SignInPace.OfAccount : SignInPace.OfAddress);

    private void Remember(string by, SignInThrottle throttle)
    {
        if (throttle.Failures == 0)
        {
            _throttles.Remove(by);
            return;
        }
        if (_throttles.Count >= Remembered && !_throttles.ContainsKey(by))
            _throttles.Remove(_throttles.MinBy(known => known.Value.LastFailure).Key);
        _throttles[by] = throttle;
    }

    private static Id128 HashOf(string token) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, Id128.Size));

    private readonly record struct SignedIn(
        AccountId Account, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset Used);
}
