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

namespace Coffer.Unit.Vault;

/// <summary>A vault in a folder of its own, with keys and one source's facts; opened as often as a test likes.</summary>
public sealed class VaultFixture : IDisposable
{
    public const string Passphrase = "a passphrase of the tests";

    private static readonly byte[] MachineKey = NewPublicKey();

    public VaultFixture()
    {
        Folder = Path.Combine(Root, "vault");
        EmbeddedVault.Create(Folder, "test", Time);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("coffer-vault-").FullName;

    public string Folder { get; }

    public KeyspaceKeys Keys { get; } = KeyspaceKeys.New();

    public SourceId Source { get; } = SourceId.New();

    internal SteppedTime Time { get; } = new();

    internal Func<IObjectStore, IObjectStore>? WrapStore { get; set; }

    internal VaultOpenOptions Options => new()
    {
        Time = Time,
        Clock = new MachineClock("boot-1", () => Time.SinceStart),
        WaitLimit = TimeSpan.Zero,
        Purpose = "coffer test",
        ReserveBytes = 0,
        WrapStore = WrapStore,
    };

    internal Task<EmbeddedVault> OpenAsync(VaultAccess access = VaultAccess.Exclusive) =>
        EmbeddedVault.OpenAsync(Folder, Options with { Access = access }, default);

    internal RegistrationRequest Registration(Envelope? envelope = null) => new(
        "host", MachineKey, Keys.Keyspace, Keys.AccessKey.ExportSubjectPublicKeyInfo(),
        (envelope ?? EnvelopeSealer.Create(Keys, Passphrase, 1, Argon2Parameters.Default)).Bytes.ToArray());

    internal SessionRequest Session(MachineId machine) => new(machine, Source, "volume", "/data", new JobId(Id128.Random()));

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

    public TimeSpan SinceStart => _now - Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public void Move(TimeSpan by) => _now += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Move(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
