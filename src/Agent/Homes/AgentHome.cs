using System.Security.Cryptography;
using System.Text;
using Coffer.Agent.Caching.Places;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Agent.Scheduling;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Schedules;
using Coffer.FileSystem;
using Coffer.FileSystem.Secrets;
using Coffer.FileSystem.Spooling;
using Coffer.Format.Policies;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Homes;

/// <summary>
/// The folder in which a machine keeps its settings, keys and cache. Making one touches nothing on disk. Whoever
/// changes a file here holds <see cref="LockAsync"/>; every file is replaced in one step, so readers need no lock.
/// </summary>
/// <remarks>
/// <c>machine.json</c> is written last when a machine registers: without it the home counts as unregistered,
/// whatever else lies there.
/// </remarks>
public sealed class AgentHome
{
    /// <summary>For the job's lock: the one kind of job that can be watched and cancelled.</summary>
    public const string BackupPurpose = "backup";

    /// <summary>A policy with thousands of paths fits.</summary>
    private const int MaxFileBytes = 4 << 20;

    /// <summary>Files of a report on this folder; the cache has a few for each data source.</summary>
    private const int MaxListed = 1000;

    /// <summary>With less free than the files here usually take, that is why a write failed.</summary>
    private const int FullBelowBytes = 64 << 10;

    private static readonly TimeSpan s_lockPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Who only looks (<see cref="RunningJob"/>) holds the lock for an instant; a job for longer.</summary>
    private static readonly TimeSpan s_lookPatience = TimeSpan.FromSeconds(1);

    public AgentHome(string folder) => Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    /// <summary>Absolute.</summary>
    public string Folder { get; }

    /// <summary>Where the cache lies unless another place is chosen.</summary>
    public string DefaultCacheFolder => Path.Combine(Folder, "cache");

    /// <summary>Where it lies now; asked anew each time, as it moves between two runs of an agent.</summary>
    public string CacheFolder => ReadSettings().Cache?.Folder ?? DefaultCacheFolder;

    /// <summary>The same for seeds, which know nothing of the machine's vault; gone when a seed is complete.</summary>
    public string SeedCacheFolder => Path.Combine(CacheFolder, "seed");

    /// <summary>Where the embedded vault lies unless another place is chosen.</summary>
    public string DefaultVaultFolder => Path.Combine(Folder, "vault");

    /// <summary>Where a generated passphrase is put until its owner moves it elsewhere.</summary>
    public string PassphraseFile => Path.Combine(Folder, "passphrase.txt");

    /// <summary>The passphrase that was generated here still lies on this machine.</summary>
    public bool HoldsPassphrase => Exists(PassphraseFile);

    /// <summary>
    /// Where a change of the passphrase that was cut off left the new one, which may be in force; null after none.
    /// </summary>
    public string? UnsettledPassphraseFile => Exists(StagedPassphraseFile) ? StagedPassphraseFile : null;

    /// <summary>Of the job that runs here; see <c>JobSocket</c>.</summary>
    public string JobSocketFile => Path.Combine(Folder, "job-socket");

    /// <summary>What was set on this machine; see <see cref="AgentSettings"/>.</summary>
    internal string SettingsFile => FileNamed("settings.json");

    private string StagedPassphraseFile => Path.Combine(Folder, "passphrase-new.txt");

    private string SecretsFolder => Path.Combine(Folder, "secrets");

    private string DataKeyFile => Path.Combine(SecretsFolder, "data-key");

    private string MachineKeyFile => Path.Combine(SecretsFolder, "machine-key");

    private string ProxyPasswordFile => Path.Combine(SecretsFolder, "proxy-password");

    /// <summary>Null where this machine is not registered.</summary>
    public MachineRegistration? ReadMachine() =>
        Read("machine.json") is { } bytes ? MachineRegistration.Decode(bytes, FileNamed("machine.json")) : null;

    public void WriteMachine(MachineRegistration machine) => Write("machine.json", machine.Encode());

    /// <summary>A registration was begun here and did not come to its end.</summary>
    public bool IsRegistering() =>
        ReadMachine() is null && (ReadPending() is not null || ReadRequest() is not null);

    /// <summary>A registration with this vault was begun here and may have got through to it.</summary>
    public bool IsRegistering(VaultId vault) => ReadPending()?.Vault == vault;

    /// <summary>Null where none was begun, or it came to its end.</summary>
    internal PendingRegistration? ReadPending() => Read("registration.json") is { } bytes
        ? PendingRegistration.Decode(bytes, FileNamed("registration.json"))
        : null;

    internal void WritePending(PendingRegistration pending) => Write("registration.json", pending.Encode());

    /// <summary>What this machine asked a vault for; null where nothing waits for somebody's yes.</summary>
    internal PendingRequest? ReadRequest() => Read("request.json") is { } bytes
        ? PendingRequest.Decode(bytes, FileNamed("request.json"))
        : null;

    /// <summary>What it asked this vault for.</summary>
    public PendingRequest? ReadRequestTo(VaultId vault) =>
        ReadRequest() is { } request && request.Vault == vault ? request : null;

    internal void WriteRequest(PendingRequest request) => Write("request.json", request.Encode());

    internal void DropRequest() => Guard(() => SecretFile.Remove(FileNamed("request.json")));

    /// <summary>
    /// This machine is registered no more. What it knew of that vault's sources goes first: a registration that begins
    /// anew must not use their ids.
    /// </summary>
    public void ForgetMachine() => Guard(() =>
    {
        string[] names = ["sources.json", "points.json", "schedule.json", "reports.json", "machine.json"];
        foreach (string name in names)
            SecretFile.Remove(FileNamed(name));
    });

    internal void DropPending() => Guard(() => SecretFile.Remove(FileNamed("registration.json")));

    public AgentSettings ReadSettings() => Read("settings.json") is { } bytes
        ? AgentSettings.Decode(bytes, FileNamed("settings.json"))
        : AgentSettings.None;

    /// <summary>The caller holds <see cref="LockAsync"/>.</summary>
    public void WriteSettings(AgentSettings settings) => Write("settings.json", settings.Encode());

    /// <summary>The proxy to the vault with its password; null where none is set.</summary>
    public VaultProxy? ReadProxy()
    {
        if (ReadSettings().Proxy is not { } proxy) return null;
        bool hasPassword = proxy.User is not null && Exists(ProxyPasswordFile);
        return new VaultProxy(proxy.Address, proxy.User,
            hasPassword ? Encoding.UTF8.GetString(SecretFile.Read(ProxyPasswordFile)) : null);
    }

    /// <summary>Remembers a proxy, or that there is none; the caller holds <see cref="LockAsync"/>.</summary>
    public void WriteProxy(VaultProxy? proxy) => Guard(() =>
    {
        // A password that nobody uses any more must not be left lying.
        PrivateFolder.Ensure(SecretsFolder);
        if (proxy?.Password is { } password) SecretFile.Write(ProxyPasswordFile, Encoding.UTF8.GetBytes(password));
        else SecretFile.Remove(ProxyPasswordFile);
        var setting = proxy is null ? null : new ProxySetting(proxy.Address, proxy.User);
        SecretFile.Write(FileNamed("settings.json"), (ReadSettings() with { Proxy = setting }).Encode());
    });

    /// <summary>Null where the vault never asked for a backup.</summary>
    public LastAsked? ReadLastAsked() =>
        Read("asked.json") is { } bytes ? LastAsked.Decode(bytes, FileNamed("asked.json")) : null;

    public void WriteLastAsked(LastAsked asked) => Write("asked.json", asked.Encode());

    /// <summary>See <see cref="ReportQueue"/>; the oldest first.</summary>
    public IReadOnlyList<JobReport> ReadQueuedReports() =>
        Read("reports.json") is { } bytes ? QueuedReports.Decode(bytes) : [];

    internal void WriteQueuedReports(JobReport[] reports) => Write("reports.json", QueuedReports.Encode(reports));

    /// <summary>Null where nothing was ever protected.</summary>
    public ProtectionPolicy? ReadPolicy() =>
        Read("policy.json") is { } bytes ? PolicyCodec.Decode(bytes, FileNamed("policy.json")) : null;

    public void WritePolicy(ProtectionPolicy policy) => Write("policy.json", PolicyCodec.Encode(policy));

    /// <summary>What the agent has done of the schedule; null where none ever ran here.</summary>
    public RunMemory? ReadRunMemory() =>
        Read("schedule.json") is { } bytes ? RunMemoryCodec.Decode(bytes, FileNamed("schedule.json")) : null;

    /// <summary>By the one agent that runs here.</summary>
    public void WriteRunMemory(RunMemory memory) => Write("schedule.json", RunMemoryCodec.Encode(memory));

    public IReadOnlyList<KnownSource> ReadSources() =>
        Read("sources.json") is { } bytes ? KnownSource.DecodeAll(bytes, FileNamed("sources.json")) : [];

    public void WriteSources(IReadOnlyList<KnownSource> sources) =>
        Write("sources.json", KnownSource.EncodeAll(sources));

    /// <summary>What vaults acknowledged; changed by who holds the job's lock.</summary>
    public IReadOnlyList<LastPoint> ReadLastPoints() =>
        Read("points.json") is { } bytes ? LastPoint.DecodeAll(bytes, FileNamed("points.json")) : [];

    public void WriteLastPoints(IEnumerable<LastPoint> points) => Write("points.json", LastPoint.EncodeAll(points));

    /// <exception cref="FaultException"><c>home.key</c>: the data key is missing or damaged.</exception>
    public KeyspaceKeys ReadKeys(KeyspaceId keyspace)
    {
        byte[] secret = Exists(DataKeyFile) ? SecretFile.Read(DataKeyFile) : [];
        try
        {
            return secret.Length == KeyspaceKeys.KeySize
                ? new KeyspaceKeys(keyspace, secret)
                : throw FaultException.Failed("home.key", $"The data key in {DataKeyFile} is missing or damaged.",
                    "Give --home a new folder and `coffer protect --vault FOLDER --adopt SERVER`; no backup is lost.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>With which this machine shows a served vault who it is.</summary>
    /// <exception cref="FaultException"><c>home.key</c>: the key is missing or damaged.</exception>
    public ECDsa ReadMachineKey()
    {
        var key = ECDsa.Create();
        try
        {
            byte[] secret = Exists(MachineKeyFile) ? SecretFile.Read(MachineKeyFile) : [];
            key.ImportPkcs8PrivateKey(secret, out _);
            CryptographicOperations.ZeroMemory(secret);
            return key;
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw FaultException.Failed("home.key", $"The machine's key in {MachineKeyFile} is missing or damaged.",
                "Give --home a new folder and register anew; no backup is lost.", e);
        }
    }

    /// <summary>Where packs wait for a served vault to take them; the caller holds the job's lock.</summary>
    /// <exception cref="FaultException">As <see cref="CacheOpening.Open"/>.</exception>
    public SpoolFolder OpenSpool()
    {
        Prepare();
        return new SpoolFolder(Path.Combine(CacheOpening.Open(this).Folder, "spool"));
    }

    /// <summary>
    /// Everything here that nobody else may know, to find it where it must not be; those that cannot be read are left
    /// out. Clear each after use.
    /// </summary>
    internal IReadOnlyList<byte[]> ReadSecrets()
    {
        var files = List().Where(file => file.Path.StartsWith("passphrase", StringComparison.Ordinal)
            || file.Path.StartsWith("secrets/", StringComparison.Ordinal));
        return [.. files.Select(file => TryReadSecret(FileNamed(file.Path))).OfType<byte[]>()];
    }

    /// <summary>All that lies here, but for what an embedded vault holds.</summary>
    public IReadOnlyList<ListedFile> List() =>
        FolderListing.Of(Folder, new HashSet<string> { Path.GetFileName(DefaultVaultFolder) }, MaxListed);

    /// <summary>
    /// Makes the home's folders and keeps both keys, before any vault hears of them. What was begun with those that lay
    /// here before is forgotten first: it could only go on with them.
    /// </summary>
    public void WriteKeys(KeyspaceKeys keys, ECDsa machineKey)
    {
        Guard(() =>
        {
            PrivateFolder.Ensure(SecretsFolder);
            DropPending();
            DropRequest();
            SecretFile.Write(DataKeyFile, keys.DataKey);
            byte[] machine = machineKey.ExportPkcs8PrivateKey();
            SecretFile.Write(MachineKeyFile, machine);
            CryptographicOperations.ZeroMemory(machine);
        });
    }

    /// <summary>Keeps a generated passphrase for its owner; never over an older one.</summary>
    public void WritePassphrase(string passphrase) => WritePassphrase(PassphraseFile, passphrase);

    /// <summary>The one that <see cref="WritePassphrase"/> kept; null where it was moved away.</summary>
    public string? ReadPassphrase() => ReadPassphrase(PassphraseFile);

    /// <summary>
    /// Keeps a generated passphrase before it counts. One that a killed change left may count already: that one is
    /// returned then, to be used instead.
    /// </summary>
    public string StagePassphrase(string passphrase)
    {
        if (ReadPassphrase(StagedPassphraseFile) is { } staged) return staged;
        WritePassphrase(StagedPassphraseFile, passphrase);
        return passphrase;
    }

    /// <summary>
    /// After a change: the file of the old passphrase gets another name, and a generated one its place. Whatever is cut
    /// off in between, both lie here.
    /// </summary>
    /// <returns>Where the old one lies now; null where it was moved off this machine.</returns>
    public string? SettlePassphrase(string? generated, DateTimeOffset now)
    {
        string? aside = null;
        if (ReadPassphrase() is { } old)
        {
            aside = FileNamed($"passphrase-until-{now:yyyyMMdd-HHmmss-fff}.txt");
            WritePassphrase(aside, old);
            Guard(() => SecretFile.Remove(PassphraseFile));
        }

        if (generated is not null) WritePassphrase(generated);
        Guard(() => SecretFile.Remove(StagedPassphraseFile));
        return aside;
    }

    /// <summary>A seed is complete: the machine's own cache is what the next backup looks at.</summary>
    /// <exception cref="FaultException"><c>folder.remove</c>.</exception>
    public void DropSeedCache()
    {
        if (Exists(SeedCacheFolder)) PrivateFolder.Remove(SeedCacheFolder);
    }

    /// <summary>Makes the home where it is missing; the cache is made by who uses it.</summary>
    /// <exception cref="FaultException"><c>home.unwritable</c>.</exception>
    public void Prepare() => Guard(() => PrivateFolder.Ensure(Folder));

    /// <summary>One at a time changes what lies here.</summary>
    /// <exception cref="FaultException"><c>home.busy</c> after a quarter of a minute.</exception>
    public Task<IDisposable> LockAsync(TimeProvider time, CancellationToken cancellationToken) =>
        TakeAsync(new("home.lock", "change settings", s_lockPatience), Busy, time, cancellationToken);

    /// <summary>
    /// One at a time changes the reports that wait: held for an instant, and never kept by who changes settings.
    /// </summary>
    /// <exception cref="FaultException"><c>home.busy</c> after a quarter of a minute.</exception>
    internal Task<IDisposable> LockReportsAsync(TimeProvider time, CancellationToken cancellationToken) =>
        TakeAsync(new("reports.lock", "queue a report", s_lockPatience), Busy, time, cancellationToken);

    private FaultException Busy(string holder) => FaultException.Failed(
        "home.busy", $"Another coffer ({holder}) is changing {Folder}.", "Wait for it to end and try again.");

    /// <summary>Null where somebody changes something here now.</summary>
    public IDisposable? TryLock()
    {
        Prepare();
        return FolderLock.TryTake(FileNamed("home.lock"), "change settings", out var taken, out _) ? taken : null;
    }

    /// <summary>One job at a time on a machine; the system lets go when the process ends.</summary>
    /// <exception cref="FaultException"><c>job.busy</c> after a second.</exception>
    public Task<IDisposable> LockJobAsync(string purpose, TimeProvider time, CancellationToken cancellationToken) =>
        TakeAsync(new("job.lock", purpose, s_lookPatience), holder => FaultException.Refused(
            "job.busy", $"Another job is in progress: {holder}.",
            holder.StartsWith($"{BackupPurpose},", StringComparison.Ordinal)
                ? "`coffer job watch` shows how far it is; `coffer job cancel` ends it and keeps what it transferred."
                : "Wait for it to end."),
            time, cancellationToken);

    /// <summary>One agent at a time runs for a home.</summary>
    /// <exception cref="FaultException"><c>agent.busy</c> after a second.</exception>
    public Task<IDisposable> LockAgentAsync(TimeProvider time, CancellationToken cancellationToken) =>
        TakeAsync(new("agent.lock", "agent", s_lookPatience), holder => FaultException.Refused(
            "agent.busy", $"An agent runs for {Folder} already: {holder}.",
            "`coffer agent` tells when it backs up next."), time, cancellationToken);

    private async Task<IDisposable> TakeAsync(
        WantedLock wanted, Func<string, FaultException> busy, TimeProvider time, CancellationToken cancellationToken)
    {
        Prepare();
        long start = time.GetTimestamp();
        while (true)
        {
            if (FolderLock.TryTake(FileNamed(wanted.Name), wanted.Purpose, out var taken, out var holder))
                return taken!;
            if (time.GetElapsedTime(start) > wanted.Patience) throw busy(Tell(holder));
            await Task.Delay(s_lockPause, time, cancellationToken);
        }
    }

    /// <summary>Who runs a job now, for people; null where none does.</summary>
    public string? RunningJob() => HolderOf("job.lock");

    /// <summary>The agent that runs for this home, for people; null where none does.</summary>
    public string? RunningAgent() => HolderOf("agent.lock");

    private string? HolderOf(string name)
    {
        if (!Exists(FileNamed(name))) return null;
        if (!FolderLock.TryTake(FileNamed(name), "look", out var taken, out var holder)) return Tell(holder);
        taken!.Dispose();
        return null;
    }

    /// <summary>Home, vault, and the cache with its places before, as a walk would meet them.</summary>
    /// <param name="vaultFolder">Null where the vault lies on no disk of this machine.</param>
    /// <param name="seedFolder">Where a seed is being written; null otherwise.</param>
    public IReadOnlyList<byte[]> NeverBackedUp(string? vaultFolder, string? seedFolder = null)
    {
        var settings = ReadSettings();
        string[] caches = [DefaultCacheFolder, .. settings.LeftCaches.Prepend(settings.Cache).OfType<CacheSetting>()
            .Select(static cache => cache.Folder)];
        return [.. new[] { Folder, vaultFolder, seedFolder }.Concat(caches).OfType<string>().Select(Resolved)];
    }

    /// <summary>A path as a walk would meet it: without links where it exists.</summary>
    private static byte[] Resolved(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        return SystemPaths.Resolve(bytes, out byte[] real).IsError ? PathRules.Normalise(bytes) : real;
    }

    private static bool Exists(string path) => !SystemPaths.Stat(Encoding.UTF8.GetBytes(path), out _).IsError;

    private static byte[]? TryReadSecret(string file)
    {
        try
        {
            return GivenFile.Read(file, MaxFileBytes);
        }
        catch (FaultException)
        {
            return null;
        }
    }

    private static string? ReadPassphrase(string file) =>
        Exists(file) ? Encoding.ASCII.GetString(SecretFile.Read(file)).TrimEnd('\n') : null;

    private void WritePassphrase(string file, string passphrase) =>
        Guard(() => SecretFile.Write(file, Encoding.ASCII.GetBytes(passphrase + "\n"), mayReplace: false));

    private static string Tell(LockHolder? holder) =>
        holder is null ? "another process" : $"{holder.Purpose}, process {holder.Pid} on {holder.Host}";

    private string FileNamed(string name) => Path.Combine(Folder, name);

    private byte[]? Read(string name)
    {
        try
        {
            return GivenFile.Read(FileNamed(name), MaxFileBytes);
        }
        catch (FaultException e) when (e.Fault.Code == "file.unreadable")
        {
            throw FaultException.Failed("home.unreadable",
                $"The home {Folder} cannot be read by this user: it is private to the one who made it.",
                "Run as that user, root perhaps, or give --home another folder.", e);
        }
    }

    private void Write(string name, byte[] content) => Guard(() => SecretFile.Write(FileNamed(name), content));

    private void Guard(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e.Message.TrimEnd('.'), e);
        }
        catch (FaultException e) when (e.Fault.Code is "secret.write" or "folder.create" or "lock.failed")
        {
            throw Unwritable(e.Fault.Message.TrimEnd('.'), e);
        }
    }

    private FaultException Unwritable(string reason, Exception inner) => FaultException.Failed(
        "home.unwritable", $"The home {Folder} cannot be written: {reason}.",
        IsFull()
            ? "Free space on its disk and give the same command again; no backup is lost."
            : "Give --home another folder, or make this one writable for this user.", inner);

    private bool IsFull() =>
        !SystemPaths.Space(Encoding.UTF8.GetBytes(Folder), out long free, out _).IsError && free < FullBelowBytes;

    private sealed record WantedLock(string Name, string Purpose, TimeSpan Patience);
}
