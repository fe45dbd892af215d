using Coffer.Domain;
using Coffer.Domain.Time;
using Coffer.Vault.Databases;

namespace Coffer.Vault.Catalogs;

/// <summary>What the catalog knows of the vault as a whole.</summary>
/// <param name="OpeningIntent">The opening that was about to be raised when this was written.</param>
/// <param name="IsClosedClean">The last writer closed it and left nothing half done.</param>
internal sealed record VaultFacts(
    VaultId Id, string Name, long Opening, long OpeningIntent, bool IsClosedClean, ClockState Clock,
    DateTimeOffset? LastFullCheck);

/// <summary>The one row of vaults that an embedded catalog has, and the clock observations.</summary>
internal sealed class VaultRow(Database database)
{
    public void Insert(VaultId id, string name, DateTimeOffset now) => database.Run(
        "INSERT INTO vaults VALUES (1, ?1, ?2, ?3, 0, 0, 1, 0, NULL, NULL)",
        command =>
        {
            command.Bind(1, id.Value);
            command.Bind(2, name);
            command.Bind(3, now);
        });

    /// <summary>Null where the table is empty: an unfinished catalog.</summary>
    public VaultFacts? Read() => database.QueryFirst(
        "SELECT id, name, opening, opening_intent, closed_clean, clock_doubt, clock_step, last_full_check FROM vaults",
        _ => { },
        row => new VaultFacts(
            new VaultId(row.Id128(0)), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetBoolean(4),
            new ClockState((ClockDoubt)row.GetInt32(5), row.MaybeTime(6)), row.MaybeTime(7)));

    /// <summary>Says that the opening is about to be raised, and that a writer is at it from now on.</summary>
    /// <param name="last">The store's highest number, which this catalog has just been found to know of.</param>
    /// <param name="opening">The one that is to follow it.</param>
    public void Intend(long last, long opening) => database.Run(
        "UPDATE vaults SET opening = max(opening, ?1), opening_intent = ?2, closed_clean = 0",
        command =>
        {
            command.Bind(1, last);
            command.Bind(2, opening);
        });

    public void Opened(long opening) => database.Run(
        "UPDATE vaults SET opening = ?1", command => command.Bind(1, opening));

    public void FullyChecked(DateTimeOffset time) => database.Run(
        "UPDATE vaults SET last_full_check = max(ifnull(last_full_check, 0), ?1)", command => command.Bind(1, time));

    /// <summary>Says nothing where another writer has opened it meanwhile.</summary>
    public void CloseClean(long opening) => database.Run(
        "UPDATE vaults SET closed_clean = 1 WHERE opening = ?1", command => command.Bind(1, opening));

    public void SetClock(ClockState state) => database.Run(
        "UPDATE vaults SET clock_doubt = ?1, clock_step = ?2",
        command =>
        {
            command.Bind(1, (long)state.Doubt);
            if (state.LastStep is { } step) command.Bind(2, step);
            else command.BindNull(2);
        });

    public ClockObservation? LastObservation() => database.QueryFirst(
        "SELECT boot, since_boot, wall FROM clock_observations ORDER BY number DESC LIMIT 1",
        _ => { },
        row => (ClockObservation?)new ClockObservation(
            row.GetString(0), TimeSpan.FromTicks(row.GetInt64(1)), row.Time(2)));

    /// <summary>What the clocks showed when they were last believed, and each time since; oldest first.</summary>
    public (ClockObservation? Good, List<ClockObservation> Doubted) Observations()
    {
        var all = database.Query(
            "SELECT boot, since_boot, wall, doubt FROM clock_observations WHERE number >= "
            + "(SELECT ifnull(max(number), 0) FROM clock_observations WHERE doubt = 0) ORDER BY number",
            _ => { },
            row => (Observation: new ClockObservation(
                row.GetString(0), TimeSpan.FromTicks(row.GetInt64(1)), row.Time(2)), IsGood: row.GetInt64(3) == 0));
        bool hasGood = all.Count > 0 && all[0].IsGood;
        return (hasGood ? all[0].Observation : null, all.Skip(hasGood ? 1 : 0).Select(o => o.Observation).ToList());
    }

    public void Observe(ClockObservation observation, ClockDoubt doubt)
    {
        database.Run(
            "INSERT INTO clock_observations (boot, since_boot, wall, doubt) VALUES (?1, ?2, ?3, ?4)",
            command =>
            {
                command.Bind(1, observation.BootId);
                command.Bind(2, observation.SinceBoot.Ticks);
                command.Bind(3, observation.Wall);
                command.Bind(4, (long)doubt);
            });
        database.Run(
            "DELETE FROM clock_observations WHERE number <= (SELECT max(number) FROM clock_observations) - ?1",
            command => command.Bind(1, Limits.ObservationsKept));
    }
}
