using System.Security.Cryptography;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Storage;
using Coffer.Vault;
using Coffer.Vault.Recovering;

namespace Coffer.Unit.Vault;

/// <summary>
/// A vault in a folder of its own, with keys and one source's facts; opened as often as a test likes.
/// </summary>
public sealed class VaultFixture : IDisposable
{
    public const string Passphrase = "a passphrase of the tests";

    private static readonly byte[] MachineKey = NewPublicKey();

    public VaultFixture()
    {
        Folder = Opened = Path.Combine(Root, "vault");
        EmbeddedVault.Create(Folder, "test", Time);
    }

    // In memory where there is such a place: syncing a thousand times is not what these tests are about.
    public string Root { get; } = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"coffer-vault-{Id128.Random()}")).FullName;

    public string Folder { get; }

    public KeyspaceKeys Keys { get; } = KeyspaceKeys.New();

    public SourceId Source { get; } = SourceId.New();

    internal SteppedTime Time { get; } = new();

    internal Func<IObjectStore, IObjectStore>? WrapStore { get; set; }

    internal long ReserveBytes { get; set; }

    internal CancellationToken Stopping { get; set; }

    internal string BootId { get; set; } = "boot-1";

    internal VaultOpenOptions Options => new()
    {
        Time = Time,
        Clock = new MachineClock(BootId, () => Time.SinceStart),
        WaitLimit = TimeSpan.Zero,
        Purpose = "coffer test",
        ReserveBytes = ReserveBytes,
        WrapStore = WrapStore,
        Stopping = Stopping,
    };

    /// <summary>The folder that is opened; another than <see cref="Folder"/> where a test looks at a copy.</summary>
    internal string Opened { get; set; }

    internal Task<EmbeddedVault> OpenAsync(VaultAccess access = VaultAccess.Exclusive) =>
        UnlessBusyAsync(() => EmbeddedVault.OpenAsync(Opened, Options with { Access = access }, default));

    /// <inheritdoc cref="EmbeddedVault.RecoverAsync"/>
    internal static Task<RecoverReport> RecoverAsync(
        string folder, VaultOpenOptions options, VaultId? known, IProgress<RecoverProgress>? progress,
        CancellationToken cancellationToken) => UnlessBusyAsync(
            () => EmbeddedVault.RecoverAsync(folder, options, known, progress, cancellationToken));

    /// <summary>
    /// Tries again for a while: a process that another test has just forked holds what we let go of, until it is its
    /// own program.
    /// </summary>
    internal static async Task<T> UnlessBusyAsync<T>(Func<Task<T>> open)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await open();
            }
            catch (FaultException e) when (e.Fault.Code == "vault.busy" && attempt < 100)
            {
                await Task.Delay(20);
            }
        }
    }

    internal RegistrationRequest Registration(Envelope? envelope = null) => new(
        "host", MachineKey, Keys.Keyspace, Keys.AccessKey.ExportSubjectPublicKeyInfo(),
        (envelope ?? EnvelopeSealer.Create(Keys, Passphrase, 1, Argon2Parameters.Default)).Bytes.ToArray());

    internal SessionRequest Session(MachineId machine) => new(machine, Source, "volume", "/data", JobId.New());

    /// <summary>Opens the vault for a moment and registers the machine.</summary>
    internal async Task<MachineId> RegisterAsync()
    {
        await using var vault = await OpenAsync();
        return (await vault.RegisterAsync(Registration(), default)).Id;
    }

    internal string CopyFolder(string name) => CopyOf(Folder, name);

    /// <summary>What a dead process leaves: all files as they are now, but for the memory that SQLite shares.</summary>
    internal string CopyOf(string source, string name)
    {
        string target = Path.Combine(Root, name);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        foreach (string folder in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(target + folder[source.Length..]);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            bool isOfTheLiving = file.EndsWith("-shm", StringComparison.Ordinal) || Path.GetFileName(file) == "lock";
            if (!isOfTheLiving) File.Copy(file, target + file[source.Length..]);
        }

        return target;
    }

    internal static CommitFacts Facts(long sequence) => new(
        sequence, new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), new PointStatistics { Files = sequence });

    public static byte[] NewPublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }

    public void Dispose()
    {
        Keys.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}

/// <summary>A clock that a test sets; waiting on it ends at once, having moved it.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _now = Start;
    private TimeSpan _wallStep;

    public TimeSpan SinceStart => _now - Start;

    /// <summary>What happens while somebody waits.</summary>
    public Action? OnWait { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now + _wallStep;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Move(TimeSpan by) => _now += by;

    /// <summary>Sets the wall clock alone, as NTP does after a boot.</summary>
    public void StepWall(TimeSpan by) => _wallStep += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Move(dueTime);
        OnWait?.Invoke();
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
