using Coffer.Domain;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Intake;

/// <summary>
/// What a session builds on: the source's newest point and its checkpoint, held as roots. Before a base counts, all
/// below it that is new, condemned or in doubt is walked, which also tells what of it is lost: nothing to walk, and so
/// nothing to pay, unless something was lost since it was committed.
/// </summary>
internal sealed class SessionBases(OpenVault vault, KeyspaceFile keyspace, MachineId machine, SessionId session)
{
    private readonly SortedSet<ObjectId> _lost = [];

    /// <summary>Below all bases, ascending.</summary>
    public ObjectId[] Lost => [.. _lost];

    /// <summary>To be run within the transaction that opens the session; null where there is nothing to hold.</summary>
    public ObjectId? Hold(ObjectId? id)
    {
        if (id is not { } known || keyspace.Roots.ReferencesOf(known) is not { } references) return null;
        try
        {
            _lost.UnionWith(keyspace.Walk.Run(references, vault.Sharing.AudienceOf(keyspace.Keyspace, machine)));
        }
        catch (FaultException e) when (e.Fault.Kind == FaultKind.Refused)
        {
            // Somebody sent copies of its pages that refer in circles: done without, it shuts out nobody's backup.
            return null;
        }
        return keyspace.Roots.AddBase(known, session, vault.Now) ? known : null;
    }
}
