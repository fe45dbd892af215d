using Coffer.Domain.Time;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Timekeeping;

/// <summary>
/// The clock is believed again, by itself after a quiet day or because somebody who looked says so. In this order: what
/// was stamped wrong gets a record with its right time, then its row; at last the clock is good. Who dies in between
/// leaves it in doubt, and all of it is done again.
/// </summary>
internal static class EndOfDoubt
{
    /// <returns>Points whose times were set right.</returns>
    public static int Run(OpenVault vault, ClockObservation now)
    {
        var (good, doubted) = vault.Catalog.Vault.Observations();
        var changed = Restamping.Run(
            vault.Catalog.Points.StampedAfter(good?.Wall ?? DateTimeOffset.MinValue, now.Wall), doubted, now);
        foreach (var point in changed)
        {
            vault.Records.Write(
                point.Keyspace, RecordKind.PointTime, new PointTimeRecord(point.Id, point.Received).Write);
            vault.Catalog.Points.SetReceived(point.Id, point.Received);
        }
        vault.Catalog.Transaction(() =>
        {
            vault.Catalog.Vault.Observe(now, ClockDoubt.None);
            vault.Catalog.Vault.SetClock(ClockState.Good);
        });
        return changed.Count;
    }
}
