using System.Collections.Concurrent;
using System.Net;
using Coffer.Contracts.Management;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Roles;
using Coffer.Vault.Accounts;
using Coffer.Vault.Auditing;
using Coffer.Vault.Care;
using Coffer.Vault.Management;
using Coffer.Vault.Networks;
using Coffer.Vault.Opening;
using Coffer.Vault.Registration;
using Coffer.Vault.Security;
using Coffer.Vault.Seeding;
using Coffer.Vault.Servers;
using Coffer.Vault.Sharing;
using Coffer.Vault.Upkeep;

namespace Coffer.Vault.Serving;

/// <summary>
/// A vault that many machines use at once, over whatever brings their requests here. It holds the folder's writer's
/// lock as long as it lives, and looks after itself: nobody's word is taken for who he is, and nobody but itself
/// deletes.
/// </summary>
public sealed class ServedVault : IAsyncDisposable
{
    private static readonly TimeSpan s_thinned = TimeSpan.FromHours(1);

    private readonly EmbeddedVault _vault;
    private readonly CredentialsDesk _credentials;
    private readonly TokenDesk _tokens;
    private readonly GrantDesk _grants;
    private readonly AccountDesk _invited;
    private readonly RefusalCount _refusals;

    private ServedVault(EmbeddedVault vault, ServicePins pins)
    {
        _vault = vault;
        _credentials = new CredentialsDesk(vault.Opened);
        _tokens = new TokenDesk(vault.Opened, pins);
        _grants = new GrantDesk(vault.Opened, pins, _credentials, _tokens);
        Changes = new ChangePace(vault.Opened.Options.Time);
        Quotas = new QuotaGate(vault.Opened);
        SignIns = new SignInDesk(vault.Opened);
        _invited = new AccountDesk(vault.Opened);
        _refusals = new RefusalCount(vault.Opened);
        Sessions = new SessionDesk();
        Readers = new ReaderDesk(vault.Opened.Options.Time);
        MemberReads = new MemberReads(vault.Opened);
        Seeds = new SeedDesk(this);
        Care = new CareDesk(vault);
        Networks = new NetworkGate(vault.Opened);
    }

    public VaultId Id => _vault.Description.Id;

    public string Name => _vault.Description.Name;

    public string Folder => _vault.Opened.Folder.Path;

    internal EmbeddedVault Engine => _vault;

    internal SignInDesk SignIns { get; }

    internal QuotaGate Quotas { get; }

    internal SessionDesk Sessions { get; }

    internal ReaderDesk Readers { get; }

    internal MemberReads MemberReads { get; }

    internal SeedDesk Seeds { get; }

    internal CareDesk Care { get; }

    internal NetworkGate Networks { get; }

    internal ChangePace Changes { get; }

    internal SemaphoreSlim PackTurns { get; } = new(ServingRules.PacksAtOnce);

    private readonly ConcurrentDictionary<MachineId, SemaphoreSlim> _packsOf = new();

    internal SemaphoreSlim PackTurnsOf(MachineId machine) =>
        _packsOf.GetOrAdd(machine, _ => new SemaphoreSlim(ServingRules.PacksAtOncePerMachine));

    /// <exception cref="FaultException">As of opening an embedded vault for writing.</exception>
    public static async Task<ServedVault> OpenAsync(
        string folder, ServicePins pins, VaultOpenOptions options, CancellationToken cancellationToken)
    {
        var served = options with { Access = VaultAccess.Exclusive, MaxSessions = int.MaxValue, IsServed = true };
        return new ServedVault(await EmbeddedVault.OpenAsync(folder, served, cancellationToken), pins);
    }

    /// <summary>The vault as the person or the token may use it that a bearer's text stands for.</summary>
    /// <exception cref="FaultException"><c>signin.needed</c>.</exception>
    public ManagedVault Manage(string bearer) => new(
        this,
        bearer.StartsWith(TokenShelf.Prefix, StringComparison.Ordinal)
            ? new TokenShelf(_vault.Opened).Require(bearer)
            : SignIns.Require(bearer));

    /// <summary>Whether the vault answers an address at all; to be asked before anything else.</summary>
    /// <exception cref="FaultException"><c>network.refused</c>.</exception>
    public void RequireNetwork(IPAddress caller) => Networks.Require(caller);

    /// <summary>A caller is about to change something: too many of that fill the disk with records.</summary>
    /// <exception cref="FaultException"><c>machine.pace</c>.</exception>
    public void CountChange(string caller) => Changes.Count(caller);

    /// <summary>As whoever owns the folder may use it.</summary>
    public ManagedVault ManageAtConsole() => new(this, Caller.AtConsole);

    /// <param name="address">Where the request comes from.</param>
    public async Task<SignInAnswer> SignInAsync(
        SignInRequest request, string address, CancellationToken cancellationToken)
    {
        string token = await SignIns.SignInAsync(
            request.Name, request.Password, request.Code, address, cancellationToken);
        return new SignInAnswer(token, (int)SignInDesk.Life.TotalSeconds);
    }

    public void SignOut(string bearer) => SignIns.SignOut(bearer);

    public EnrolAnswer Enrol(EnrolRequest request)
    {
        byte[] secret = SecretOf(request.Secret);
        Changes.Count($"invitation of {_invited.Invites(secret)}"); // it may be sent as often as one likes
        return new EnrolAnswer(_invited.Take(secret, request.Password));
    }

    public void ConfirmEnrolment(EnrolConfirmation request) =>
        _invited.Confirm(SecretOf(request.Secret), request.Code);

    /// <summary>Whether nobody can sign in yet.</summary>
    public bool HasNoAdministrator => !_invited.All().Any(account =>
        account.Factor is not null && account.Roles.Contains(Role.SecurityAdministrator));

    /// <summary>For the audit log: the service's certificate, which is that of all its vaults, changes.</summary>
    /// <param name="pin">SHA-256 of the key that it is about.</param>
    public void NoteCertificate(string actor, string operation, string pin) =>
        _vault.Opened.Audit.Append(actor, operation, $"key {pin}", AuditOutcome.Done);

    /// <summary>For the audit log: a caller was refused something.</summary>
    public void NoteRefusal(string caller, string operation, string code) => _refusals.Add(caller, operation, code);

    /// <summary>Lets a machine with a new key go on as a known server, once somebody has approved it.</summary>
    public ServerDescription Adopt(ServiceAdoption adoption)
    {
        _credentials.Require(adoption.Secret);
        var desk = new ServerDesk(_vault.Opened);
        desk.Require(adoption.Request.Server);
        _grants.Reserve(adoption.Request.Server);
        Changes.Count("adoption");
        var server = desk.AskAdoption(adoption.Request);
        _grants.Forgive(adoption.Request.Server); // its proof was right
        return server ?? throw desk.Pending(adoption.Request);
    }

    /// <summary>Lets a new machine into the keyspace of a known server, once somebody has approved it.</summary>
    public ServerDescription Join(ServiceJoin join)
    {
        _credentials.Require(join.Secret);
        new ServerDesk(_vault.Opened).Require(join.Request.Server);
        _grants.Reserve(join.Request.Server);
        Changes.Count("join");
        var desk = new JoinDesk(_vault.Opened);
        var server = desk.Ask(join.Request);
        _grants.Forgive(join.Request.Server); // its proof was right
        return server ?? throw desk.Pending(join.Request);
    }

    public VaultGreeting Greet() => new(Id, Name, _vault.Opened.Now);

    /// <summary>What the newest credentials file is to hold; the ones before are no longer taken.</summary>
    public (byte[] Secret, DateTimeOffset ValidUntil) MakeCredentials() => _credentials.Make();

    /// <summary>Servers of a name, for who holds a registration secret.</summary>
    public IReadOnlyList<ServerDescription> FindServers(ServerSearch search)
    {
        _credentials.Require(search.Secret);
        return _vault.Opened.Catalog.Machines.All().FindAll(server => server.Name == search.Name);
    }

    /// <summary>
    /// Takes a machine in. One that sends the same keys again, as it did not hear the answer, gets the same answer.
    /// </summary>
    public ServerDescription Register(ServiceRegistration registration)
    {
        _credentials.Require(registration.Secret);
        Changes.Count("registration"); // whoever has the file may send it as often as they like
        var known = _vault.Opened.Catalog.Keyspaces.Find(registration.Request.Keyspace);
        var server = new MachineRegistration(_vault.Opened).Register(registration.Request);
        if (known is null)
            _vault.Opened.Audit.Append($"machine {server.Name} ({server.Id})", "servers.register",
                Subjects.Of(server.Id), AuditOutcome.Done,
                ("key", ServerDesk.KeyText(registration.Request.MachineKey)),
                ("keyspace", registration.Request.Sharing switch
                {
                    null => "its own",
                    { MembersTrustEachOther: true } => "shared, members trust each other",
                    _ => "shared",
                }));
        return server;
    }

    public TokenAnswer IssueToken(TokenRequest request) => _tokens.Issue(request);

    public PassphraseLock LockOf(LockQuestion question) => _grants.LockOf(question);

    /// <summary>Lets somebody read a server's points who proves that he knows its passphrase.</summary>
    /// <param name="address">Where the request comes from: it is recorded.</param>
    public GrantAnswer Grant(GrantRequest request, string address)
    {
        var answer = _grants.Grant(request);
        Changes.Count($"reading of {answer.Machine}"); // each is an entry of the audit log
        _vault.Opened.Audit.Append($"address {address}", "servers.read-elsewhere", Subjects.Of(answer.Machine),
            AuditOutcome.Done, ("name", answer.Name));
        return answer;
    }

    /// <summary>The vault as the machine may use it that holds a token.</summary>
    /// <exception cref="FaultException"><c>machine.token</c>.</exception>
    public MachineAccess Enter(string token)
    {
        var (machine, isGrant) = _tokens.Require(token);
        return new MachineAccess(this, _vault.Opened.Catalog.Machines.Find(machine)!, isGrant);
    }

    /// <summary>Why this vault must not be deleted, as words after "holds"; null where nothing is in the way.</summary>
    public string? InTheWay()
    {
        var vault = _vault.Opened;
        int servers = vault.Catalog.Machines.All().Count(server => ServerDesk.KeyInForce(vault, server.Id) is not null);
        long points = vault.Catalog.Points.Totals().Count;
        return (servers, points) switch
        {
            (0, 0) => null,
            (0, _) => $"{Count(points, "recovery point")}, deleted ones included",
            (_, 0) => Count(servers, "registered server"),
            _ => $"{Count(servers, "registered server")} and {Count(points, "recovery point")}, deleted ones included",
        };

        static string Count(long count, string of) => count == 1 ? $"1 {of}" : $"{count} {of}s";
    }

    /// <summary>Whether backups can be taken now: its disk is there and not full.</summary>
    public bool IsReady()
    {
        try
        {
            return _vault.Opened.Catalog.Vault.Read() is not null && _vault.Opened.RequireSpace() > 0;
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            return false;
        }
    }

    /// <summary>Looks at the clock; to be done every minute, so that a jump is seen and a quiet year is none.</summary>
    public void ObserveTime()
    {
        var (catalog, options) = (_vault.Opened.Catalog, _vault.Opened.Options);
        var before = catalog.Vault.Read()!;
        // A row each minute of a doubt that lasts would push out what the clock showed when it was last believed.
        bool isThinned = before.Clock.IsInDoubt && catalog.Vault.LastObservation() is { } last
            && _vault.Opened.Now - last.Wall is { } since && since > TimeSpan.Zero && since < s_thinned;
        if (isThinned) return;
        catalog.Transaction(() => VaultOpening.Observe(catalog, before, options));
        VaultOpening.TrustClock(_vault.Opened, before);
    }

    /// <summary>Ends sessions and readers that nobody uses, and notes the refusals that were counted.</summary>
    public async Task EndIdleAsync()
    {
        FlushRefusals(all: false);
        await Sessions.EndIdleAsync();
        await Readers.EndIdleAsync();
    }

    /// <summary>Expiry, purging, collection and reading again, as far as they are due.</summary>
    public UpkeepReport Upkeep(UpkeepRules rules, Func<bool> mayGoOn) => Care.Upkeep(rules, mayGoOn);

    public async ValueTask DisposeAsync()
    {
        FlushRefusals(all: true);
        await Seeds.DisposeAsync();
        await Care.DisposeAsync();
        await Sessions.CloseAllAsync();
        await Readers.CloseAllAsync();
        await _vault.DisposeAsync();
        PackTurns.Dispose();
        SignIns.Dispose();
    }

    private void FlushRefusals(bool all)
    {
        try
        {
            _refusals.Flush(all);
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            // The disk is full or gone. That they happened stands in the log; how often is lost.
        }
    }

    private static byte[] SecretOf(string text)
    {
        byte[] secret = new byte[32];
        return Hex.TryRead(text, secret) ? secret : throw AccountFaults.Invitation();
    }
}
