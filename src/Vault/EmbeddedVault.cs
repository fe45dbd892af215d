using Coffer.Contracts;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Storage.Folders;
using Coffer.Vault.Care;
using Coffer.Vault.Checking;
using Coffer.Vault.Collecting;
using Coffer.Vault.Intake;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Protection;
using Coffer.Vault.Reading;
using Coffer.Vault.Recovering;
using Coffer.Vault.Registration;
using Coffer.Vault.Scrubbing;
using Coffer.Vault.Security;
using Coffer.Vault.Seeding;
using Coffer.Vault.Servers;
using Coffer.Vault.Timekeeping;
using Coffer.Vault.Upkeep;

namespace Coffer.Vault;

/// <summary>
/// A vault on a folder, run in this process. One process at a time holds it for writing; others read beside it.
/// Its calls block their thread while they wait for the disk.
/// </summary>
public sealed class EmbeddedVault : IVault
{
    private readonly OpenVault _vault;
    private int _sessions;
    private bool _isClosed;

    private EmbeddedVault(OpenVault vault)
    {
        _vault = vault;
        Description = new VaultDescription(vault.Id, vault.Name, vault.Folder.Path, vault.IsReadOnly);
    }

    public VaultDescription Description { get; }

    /// <summary>
    /// Damage that reading gets round and writing does not, as far as it was met so far; null where there is none.
    /// </summary>
    public Fault? Damage => _vault.Damage;

    /// <summary>What a folder is to somebody who wants a vault there.</summary>
    public static VaultFolderKind Look(string folder) => VaultFolder.Look(folder);

    /// <summary>By what a vault in a folder goes; null where that cannot be told.</summary>
    public static (VaultId Id, string Name)? Identify(string folder)
    {
        try
        {
            return Look(folder) == VaultFolderKind.Vault
                && VaultFile.Read(OwnedFolder.Open(folder, forWriting: false)) is { } file
                    ? (file.Id, file.Name)
                    : null;
        }
        catch (FaultException)
        {
            return null; // whoever opens it is told why
        }
    }

    /// <summary>Makes an empty vault in a folder that is absent or empty. It is then to be opened.</summary>
    /// <exception cref="FaultException"><c>vault.exists</c>, <c>vault.not-empty</c>, faults of the disk.</exception>
    public static void Create(string folder, string name, TimeProvider time) => VaultFolder.Create(folder, name, time);

    /// <summary>Opens a vault, waiting for another writer where access is exclusive.</summary>
    /// <exception cref="FaultException"><c>vault.missing</c>, <c>vault.not-a-vault</c>, <c>vault.busy</c>,
    /// <c>vault.damaged</c>, <c>vault.behind</c>, <c>vault.newer</c>, <c>store.owner</c>, <c>store.read-only</c>,
    /// <c>store.lost</c>.</exception>
    public static async Task<EmbeddedVault> OpenAsync(
        string folder, VaultOpenOptions options, CancellationToken cancellationToken)
    {
        var vault = await VaultOpening.OpenAsync(folder, options, cancellationToken);
        return new EmbeddedVault(vault);
    }

    /// <summary>
    /// Opens a vault that cannot be written: on a disk mounted for reading only, of another user, restored from a copy,
    /// or with a damaged catalog. Its catalog and indexes are copied to a temporary folder, or made anew there from
    /// records and packs where they are missing or damaged; nothing is written to the vault. Jobs reported to it are
    /// forgotten when it is closed.
    /// </summary>
    /// <exception cref="FaultException"><c>vault.missing</c>, <c>vault.not-a-vault</c>, <c>store.lost</c>.</exception>
    public static Task<EmbeddedVault> OpenReadOnlyAsync(
        string folder, VaultOpenOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new EmbeddedVault(ReadOnlyOpening.Open(folder, options)));
    }

    /// <summary>
    /// Makes a vault whole again whose catalog or indexes are lost, damaged or older than its store, from the store and
    /// without any key. What is sound is left alone; what is damaged is kept under another name. May be run at any
    /// time, and again after it was cut off.
    /// </summary>
    /// <param name="known">Whose vault it is, where neither its own file nor its catalog can tell.</param>
    /// <exception cref="FaultException"><c>vault.missing</c>, <c>vault.not-a-vault</c>, <c>vault.busy</c>,
    /// <c>store.owner</c>, <c>store.read-only</c>, faults of the disk.</exception>
    public static Task<RecoverReport> RecoverAsync(
        string folder, VaultOpenOptions options, VaultId? known, IProgress<RecoverProgress>? progress,
        CancellationToken cancellationToken) =>
        VaultRecovery.RunAsync(folder, options, known, progress, cancellationToken);

    public Task<IReadOnlyList<ServerDescription>> ListServersAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<ServerDescription>>(() => _vault.Catalog.Machines.All(), cancellationToken);

    public Task<ServerDescription> RegisterAsync(RegistrationRequest request, CancellationToken cancellationToken) =>
        Write(() => new MachineRegistration(_vault).Register(request), cancellationToken);

    /// <summary>
    /// Registers a server of another vault, under its own id, for which this vault is to be a seed. The same again is
    /// answered as the first time.
    /// </summary>
    public Task<ServerDescription> RegisterSeedAsync(
        RegistrationRequest request, MachineId known, CancellationToken cancellationToken) => Write(
            () => _vault.Catalog.Machines.Find(known) is { } there && there.Keyspace == request.Keyspace
                ? there
                : new MachineRegistration(_vault).Register(request, known),
            cancellationToken);

    /// <summary>Writes what a seed holds of a server, signed, so that another vault takes it.</summary>
    /// <param name="target">The vault that is to take it.</param>
    /// <param name="sign">ECDSA P-256 with SHA-256, r then s, by the keyspace's access key.</param>
    /// <exception cref="FaultException"><c>seed.empty</c>, <c>seed.too-large</c>.</exception>
    public Task<SeedReport> WriteSeedAsync(
        MachineId machine, VaultId target, Func<byte[], byte[]> sign, CancellationToken cancellationToken) =>
        Write(() => new SeedWriter(_vault).Write(machine, target, sign), cancellationToken);

    public Task<ServerDescription> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken) =>
        Write(() => new MachineRegistration(_vault).Adopt(request), cancellationToken);

    public Task<IReadOnlyList<byte[]>> ReadEnvelopesAsync(
        KeyspaceId keyspace, CancellationToken cancellationToken) =>
        Answer(() => new EnvelopeShelf(_vault).Active(keyspace), cancellationToken);

    public Task StoreEnvelopeAsync(KeyspaceId keyspace, byte[] envelope, CancellationToken cancellationToken) =>
        Write(() => new EnvelopeShelf(_vault).Store(keyspace, envelope), cancellationToken);

    public Task<byte[]> ReadEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) =>
        Answer(() => new EnvelopeShelf(_vault).Read(keyspace, kind, number), cancellationToken);

    public Task ActivateEnvelopeAsync(
        KeyspaceId keyspace, byte kind, uint number, CancellationToken cancellationToken) =>
        Write(() => new EnvelopeShelf(_vault).Activate(keyspace, kind, number), cancellationToken);

    public Task StorePolicyAsync(
        MachineId machine, long version, byte[] policy, CancellationToken cancellationToken) =>
        Write(() => new PolicyShelf(_vault).Store(machine, new StoredPolicy(version, policy)), cancellationToken);

    public Task<StoredPolicy?> ReadPolicyAsync(MachineId machine, CancellationToken cancellationToken) =>
        Answer(() => _vault.Catalog.Machines.NewestPolicy(machine), cancellationToken);

    public Task<IBackupSession> OpenSessionAsync(SessionRequest request, CancellationToken cancellationToken) =>
        Write<IBackupSession>(() => OpenSession(request), cancellationToken);

    public Task<IReadOnlyList<PointDescription>> ListPointsAsync(
        PointFilter filter, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<PointDescription>>(() => _vault.Catalog.Points.List(filter), cancellationToken);

    public Task<IFrameReader> OpenReaderAsync(KeyspaceId keyspace, CancellationToken cancellationToken) =>
        Answer<IFrameReader>(() => OpenReader(keyspace, OnlyMachineOf(keyspace)), cancellationToken);

    public Task<IReadOnlyList<BackupItem>> ListBackupItemsAsync(
        MachineId machine, CancellationToken cancellationToken) => Answer<IReadOnlyList<BackupItem>>(
            () => _vault.Catalog.Machines.Find(machine) is { } server ? BackupItems.Of(_vault, server) : [],
            cancellationToken);

    public Task<StopAnswer> StopProtectionAsync(
        SourceId source, StopRequest request, CancellationToken cancellationToken) =>
        Write(() => new ProtectionDesk(_vault).Stop(Caller.AtConsole, source, request, null), cancellationToken);

    public Task ResumeProtectionAsync(SourceId source, CancellationToken cancellationToken) =>
        Write(() => new ProtectionDesk(_vault).Resume(Caller.AtConsole, source), cancellationToken);

    public Task<int> UndeleteAsync(SourceId source, CancellationToken cancellationToken) =>
        Write(() => new ProtectionDesk(_vault).Undelete(Caller.AtConsole, source), cancellationToken);

    public Task HoldPointAsync(ObjectId point, CancellationToken cancellationToken) =>
        Write(() => new ProtectionDesk(_vault).Hold(Caller.AtConsole, point), cancellationToken);

    public Task<ExtendAnswer> ExtendPointAsync(
        ObjectId point, DateTimeOffset until, CancellationToken cancellationToken) => Write(
            () => new ProtectionDesk(_vault).Extend(Caller.AtConsole, point, until, isMachine: false),
            cancellationToken);

    public Task ReleasePointAsync(ObjectId point, CancellationToken cancellationToken) =>
        Write(() => new ProtectionDesk(_vault).Release(Caller.AtConsole, point, null), cancellationToken);

    public Task UnregisterAsync(MachineId machine, CancellationToken cancellationToken) =>
        Write(() => new ServerDesk(_vault).Unregister(Caller.AtConsole, machine, null, null), cancellationToken);

    public Task ReportJobAsync(JobReport report, CancellationToken cancellationToken) => Answer(
        () =>
        {
            _vault.Catalog.Jobs.Put(report);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<JobReport>> ListJobsAsync(
        MachineId? machine, int limit, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<JobReport>>(
            () => _vault.Catalog.Jobs.List(machine, null, limit, long.MaxValue).Jobs, cancellationToken);

    public Task<VaultStatus> ReadStatusAsync(CancellationToken cancellationToken) =>
        Answer(ReadStatus, cancellationToken);

    public Task NoteFullCheckAsync(CancellationToken cancellationToken) => Answer(
        () =>
        {
            _vault.Catalog.Vault.FullyChecked(_vault.Now);
            return true;
        },
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _vault.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    internal PointShelf Points => new(_vault);

    internal OpenVault Opened => _vault;

    /// <summary>Expires and purges points whose time has come; none while the time is in doubt.</summary>
    public (int Expired, int Purged) RunDue()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        _vault.RequireWriter();
        return Points.RunDue(ProtectionDesk.KeptFor(_vault));
    }

    /// <summary>Collects one keyspace after the other, until done or told to stop.</summary>
    /// <param name="mayGoOn">Asked often; no ends it early, and the next one goes on.</param>
    public IReadOnlyList<CollectionReport> Collect(CollectionRules rules, Func<bool> mayGoOn) =>
        [.. _vault.Catalog.Keyspaces.All().Select(
            keyspace => new Collection(_vault, _vault.Keyspace(keyspace), rules).Run(mayGoOn))];

    /// <summary>
    /// Expires and purges points whose time has come, then collects and reads again what is due, until told to stop.
    /// </summary>
    /// <param name="mayGoOn">Asked often; no ends it early, and the next one goes on.</param>
    public UpkeepReport Upkeep(UpkeepRules rules, Func<bool> mayGoOn)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return VaultUpkeep.Run(_vault, rules, mayGoOn);
    }

    /// <summary>
    /// Reads packs again and compares them with their names, those first that were read longest ago; goes on where the
    /// last one stopped. A vault open for writing mends what is damaged; beside a writer it is only found.
    /// </summary>
    /// <param name="only">Packs to be read; null for all that are due.</param>
    /// <param name="mayGoOn">Asked before each pack; no ends it early, and loses nothing of what was done.</param>
    public ScrubReport Scrub(
        IReadOnlyCollection<ObjectId>? only, IProgress<ScrubProgress>? progress, Func<bool> mayGoOn)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return VaultScrub.Run(_vault, only, progress, mayGoOn);
    }

    /// <summary>
    /// Whether all that every point needs is there; reads the index and the points' own objects, and no bodies.
    /// </summary>
    /// <param name="only">Points to be looked at; null for all.</param>
    public CheckReport Check(
        IProgress<CheckProgress>? progress, Func<bool> mayGoOn, IReadOnlySet<ObjectId>? only = null)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return new VaultCheck(_vault, progress, mayGoOn) { Only = only }.Run();
    }

    /// <summary>Checks, scrubs or collects as a service does when it is asked to, and tells the same of it.</summary>
    /// <param name="tell">Hears how far it is, a few times a second.</param>
    /// <param name="mayGoOn">Asked often; no ends it early, and loses nothing of what was done.</param>
    public CareStatus LookAfter(CareKind kind, Action<CareProgress> tell, Func<bool> mayGoOn)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        _vault.RequireWriter();
        var watch = new CareWatch(kind, Caller.AtConsole.Name, _vault.Options.Time, tell);
        new CareRun(this, watch, mayGoOn).Run(kind);
        return watch.Status;
    }

    /// <summary>Only what has lost something can be given up.</summary>
    /// <exception cref="FaultException"><c>point.sound</c>.</exception>
    public static void RequireHurt(CheckReport check, IEnumerable<ObjectId> points) =>
        GivingUp.RequireHurt(check, points);

    /// <summary>
    /// Takes it as final that these points have lost what they have lost: they keep nobody from collecting any more.
    /// What is left of them stays.
    /// </summary>
    /// <returns>The points, each with what it has lost.</returns>
    /// <exception cref="FaultException"><c>vault.point</c>, <c>point.sound</c>: none is given up then.</exception>
    public IReadOnlyList<HurtPoint> GiveUp(IReadOnlyCollection<ObjectId> points)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return new GivingUp(_vault).Run(points);
    }

    /// <summary>
    /// Ends a doubt about the time, because somebody looked at the clock: what was stamped since is set right, and
    /// expiry and collection go on.
    /// </summary>
    /// <returns>Points whose times were set right; null where there was no doubt.</returns>
    public int? ConfirmTime()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        _vault.RequireWriter();
        return _vault.Catalog.Vault.Read()?.Clock.IsInDoubt == true
            ? EndOfDoubt.Run(_vault, _vault.Options.Observe())
            : null;
    }

    internal BackupSession OpenSession(SessionRequest request)
    {
        try
        {
            if (Interlocked.Increment(ref _sessions) > _vault.Options.MaxSessions) throw VaultFaults.BusyHere();
            return BackupSession.Open(_vault, request, () => Interlocked.Decrement(ref _sessions));
        }
        catch
        {
            Interlocked.Decrement(ref _sessions);
            throw;
        }
    }

    /// <param name="machine">For whom damage counts; null where the reader is none of this vault's.</param>
    internal FrameReader OpenReader(KeyspaceId keyspace, MachineId? machine)
    {
        var file = _vault.Keyspace(keyspace);
        var presence = new ReaderPresence(_vault, file, machine);
        return new FrameReader(keyspace, _vault.Store, file.Lookups, presence);
    }

    // Who reads is not asked: in a keyspace of one it can only be that one, or somebody with its passphrase.
    private MachineId? OnlyMachineOf(KeyspaceId keyspace)
    {
        var members = _vault.Catalog.Machines.All().FindAll(machine => machine.Keyspace == keyspace);
        return members.Count == 1 ? members[0].Id : null;
    }

    private VaultStatus ReadStatus()
    {
        var facts = _vault.Catalog.Vault.Read();
        Invariant.Holds(facts is not null);
        var space = _vault.Store.Space();
        var (points, bytes) = _vault.Catalog.Points.Totals();
        bytes += _vault.Catalog.RecordScopes.TotalBytes() + _vault.Records.UntoldBytes();
        var totals = _vault.Catalog.Keyspaces.All().ConvertAll(keyspace => KeyspaceTotals.Of(_vault, keyspace));
        return new VaultStatus(
            bytes + totals.Sum(of => of.Bytes), space.FreeBytes, space.TotalBytes, totals.Sum(of => of.Packs), points,
            facts.Clock.IsInDoubt, facts.LastFullCheck, SoftDeleteDays: ProtectionDesk.KeptFor(_vault).Days,
            DamagedKeyspaces: totals.Count(of => of.Damage is not null));
    }

    /// <summary>Of one keyspace, and without what lies in records and points.</summary>
    internal VaultStatus ReadStatusOf(KeyspaceId keyspace)
    {
        var facts = _vault.Catalog.Vault.Read();
        Invariant.Holds(facts is not null);
        var space = _vault.Store.Space();
        var packs = _vault.Keyspace(keyspace).Packs.Totals();
        return new VaultStatus(
            packs.Bytes, space.FreeBytes, space.TotalBytes, packs.Count, 0, facts.Clock.IsInDoubt, facts.LastFullCheck,
            SoftDeleteDays: ProtectionDesk.KeptFor(_vault).Days);
    }

    private Task Write(Action act, CancellationToken cancellationToken) => Write(
        () =>
        {
            act();
            return true;
        },
        cancellationToken);

    private Task<T> Write<T>(Func<T> act, CancellationToken cancellationToken)
    {
        _vault.RequireWriter();
        return Answer(act, cancellationToken);
    }

    private Task<T> Answer<T>(Func<T> act, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return Task.FromResult(act());
    }
}
