using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Schedules;
using Coffer.Domain.Security;
using Coffer.Format.Policies;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Protection;

/// <summary>
/// Whether a data source's next point is taken: whoever holds a machine's key must not push its good points out, nor
/// fill the vault.
/// </summary>
internal sealed class PointGate(OpenVault vault)
{
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);

    /// <exception cref="FaultException"><c>protection.*</c>, <c>points.flood</c>, <c>points.full</c>.</exception>
    public void Require(MachineId machine, SourceId source)
    {
        new ProtectionDesk(vault).RequireProtected(source);
        if (FrozenSources.Find(vault, machine, source) is not null) throw ProtectionFaults.Frozen();
        var now = vault.Now;
        var received = vault.Catalog.Points.ReceivedAfter(source, now - s_day);
        var (points, nextExpiry) = vault.Catalog.Points.CountOf(source);
        if (LimitOf(machine).Judge(received, points, nextExpiry, now).Refusal is { } refusal)
            throw new FaultException(refusal);
    }

    private FloodLimit LimitOf(MachineId machine)
    {
        if (!vault.Options.IsServed) return FloodLimit.OfEmbeddedVault;
        int extra = vault.Documents.Find(DocumentKinds.Quota, $"{machine}")?.ExtraPointsADay
            ?? SecurityLimits.ExtraPointsADay;
        return FloodLimit.Of(ScheduleOf(machine), extra);
    }

    // A policy that cannot be read has no scheduled runs that could be counted: the standard ones are.
    private BackupSchedule ScheduleOf(MachineId machine)
    {
        var standard = BackupSchedule.DefaultIn("UTC");
        if (vault.Catalog.Machines.NewestPolicy(machine) is not { } policy) return standard;
        try
        {
            return PolicyCodec.Decode(policy.Json, "a policy").Schedule;
        }
        catch (CorruptionException)
        {
            return standard;
        }
    }
}
