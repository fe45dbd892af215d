using System.Globalization;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;
using Coffer.Vault.Servers;

namespace Coffer.Vault.Sharing;

/// <summary>Says from when on a machine's frames are not believed, and when they are again.</summary>
internal sealed class TrustDesk(OpenVault vault)
{
    /// <summary>
    /// What the machine sent from then on until now counts for nobody any more, and what it sends from now on for
    /// itself alone. Nothing is deleted: points stay as they are, and the next backups send what they lack.
    /// </summary>
    public void Distrust(Caller caller, MachineId machine, DateTimeOffset since)
    {
        var server = new ServerDesk(vault).Require(machine);
        var now = vault.Now;
        if (since > now) throw SharingFaults.Future(since);
        lock (vault.DocumentTurn)
        {
            var before = vault.Sharing.DistrustOf(server.Keyspace, machine);
            vault.Audit.Append(caller.Name, UseCases.Distrust.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("since", since.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)));
            var times = Sharing.Distrust.Joined(before?.Times ?? [], new DistrustedTime(since, now));
            vault.Sharing.Put(new Distrust(machine, server.Keyspace, times, IsOutside: true, 0, caller.Name));
        }
    }

    /// <summary>What it sends, and sent since it was distrusted last, counts for the other members again.</summary>
    public void Trust(Caller caller, MachineId machine)
    {
        var server = new ServerDesk(vault).Require(machine);
        lock (vault.DocumentTurn)
        {
            if (vault.Sharing.DistrustOf(server.Keyspace, machine) is not { IsOutside: true } distrust) return;
            vault.Audit.Append(caller.Name, UseCases.Trust.Name, Subjects.Of(machine), AuditOutcome.Done);
            vault.Sharing.Put(distrust with { IsOutside = false, By = caller.Name });
        }
    }
}
