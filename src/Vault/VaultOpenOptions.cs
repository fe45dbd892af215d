using Coffer.Domain.Time;
using Coffer.Storage;

namespace Coffer.Vault;

public enum VaultAccess
{
    /// <summary>Holds the writer's lock: backups, registration, all else.</summary>
    Exclusive = 1,

    /// <summary>Reads beside a writer: lists, restores, reports jobs.</summary>
    Shared = 2,
}

/// <summary>How a vault's folder is opened.</summary>
public sealed record VaultOpenOptions
{
    public required TimeProvider Time { get; init; }

    public VaultAccess Access { get; init; } = VaultAccess.Exclusive;

    /// <summary>How long to wait for another writer.</summary>
    public TimeSpan WaitLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the lock's holder is doing, as others are told: <c>coffer backup</c>.</summary>
    public string Purpose { get; init; } = "coffer";

    public required MachineClock Clock { get; init; }

    /// <summary>Backups that may run at once. On a folder of one machine: one.</summary>
    public int MaxSessions { get; init; } = 1;

    /// <summary>
    /// For many machines, none of which is believed: PINs and limits apply. Else whoever opens the folder could delete
    /// it, and is not asked for one.
    /// </summary>
    public bool IsServed { get; init; }

    /// <summary>Servers that the vault takes in; who is registered stays so where this is lowered.</summary>
    public int MaxMachines { get; init; } = Limits.Machines;

    /// <summary>Bytes of the disk that packs leave free; null for what the disk's size says.</summary>
    public long? ReserveBytes { get; init; }

    /// <summary>Ends what takes long and can be begun anew: the process is to stop.</summary>
    public CancellationToken Stopping { get; init; }

    public ClockRule ClockRule { get; init; } = new(ClockRule.EmbeddedGap, FirstRelease);

    /// <summary>What the clocks show now.</summary>
    internal ClockObservation Observe() => new(Clock.BootId, Clock.SinceBoot(), Time.GetUtcNow());

    /// <summary>Puts a store that fails on purpose before the real one.</summary>
    internal Func<IObjectStore, IObjectStore>? WrapStore { get; init; }

    /// <summary>No program of this name is older.</summary>
    public static readonly DateTimeOffset FirstRelease = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>The clock of this machine that nobody can set.</summary>
/// <param name="BootId">Differs after each start of the machine.</param>
/// <param name="SinceBoot">Time since then, sleep included where the system counts it.</param>
public sealed record MachineClock(string BootId, Func<TimeSpan> SinceBoot);
