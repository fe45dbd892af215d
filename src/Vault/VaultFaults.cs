using Coffer.Domain.Wording;
using Coffer.Domain;

namespace Coffer.Vault;

/// <summary>The faults of the vault engine, worded once.</summary>
internal static class VaultFaults
{
    public static FaultException Missing(string folder) => FaultException.Failed(
        "vault.missing", $"There is no vault at {folder}: the folder is not there.",
        "Check the path; if it is on a removable or network disk, check that it is plugged in and mounted.");

    /// <summary>An empty folder where a vault was: the mount point without its disk, nearly always.</summary>
    public static FaultException Unmounted(string folder) => FaultException.Failed(
        "vault.missing", $"There is no vault at {folder}: the folder is empty.",
        "If the vault lies on a disk of its own, mount that disk; nothing was written here.");

    public static FaultException StoreGone(string folder) => FaultException.Failed(
        "vault.lost", $"The vault has lost {folder}, which holds all that was backed up.",
        "If it was moved, or is a disk of its own, bring it back; else use a copy of the vault: --vault FOLDER.");

    public static FaultException NotAVault(string folder) => FaultException.Refused(
        "vault.not-a-vault", $"{folder} is there, but it is not a Coffer vault.",
        "Check the path, or name an empty or new folder to make a vault in.");

    public static FaultException NotEmpty(string folder) => FaultException.Refused(
        "vault.not-empty", $"{folder} holds other things, so no vault is made in it.",
        "Name an empty or a new folder.");

    public static FaultException Exists(string folder) => FaultException.Refused(
        "vault.exists", $"{folder} holds a vault already.", "Open it, or name another folder.");

    public static FaultException Damaged(string file, string why, Exception? inner = null) => FaultException.Failed(
        "vault.damaged", $"The vault's file {file} is damaged: {why}.",
        "Recovery points can still be read with the passphrase. 'coffer vault recover' makes it anew from the store.",
        inner);

    public static FaultException PassedOver(int count, Exception first) => FaultException.Failed(
        "store.failing", $"{Counted.Of(count, "object")} of the vault could not be read and"
        + $" {(count == 1 ? "was" : "were")} passed over: {first.Message}",
        "Check the disk's cable and health and copy the vault to another disk soon; 'coffer verify --data' then tells "
        + "what is lost.", first);

    public static FaultException Newer(string file, long version, long known) => FaultException.Failed(
        "vault.newer", $"The vault's file {file} has version {version}; this program knows {known}.",
        "Use a Coffer at least as new as the one that wrote it.");

    public static FaultException Busy(string folder, string holder, TimeSpan waited) => FaultException.Failed(
        "vault.busy",
        $"The vault at {folder} is in use{(holder.Length == 0 ? "" : $" by {holder}")}; "
        + $"it was still busy after {waited.TotalSeconds:0.#} s.",
        "Wait until that has ended and try again; two backups into one vault run one after the other.");

    public static FaultException MachinesFull(int machines) => FaultException.Refused(
        "register.full", $"The vault has {Counted.Of(machines, "server")} and takes no more.",
        "Register with another vault, or ask this one's administrator.");

    public static FaultException BusyHere() => FaultException.Failed(
        "vault.busy", "This vault has a backup running in this process already.", "Wait until it has ended.");

    public static FaultException Behind(string file) => FaultException.Failed(
        "vault.behind", $"The vault's file {file} is older than the vault's store: it was restored from a copy, say.",
        "Recovery points can still be read. Nothing is written until 'coffer vault recover' has been through.");

    public static FaultException Full(long free, long reserve, string folder) => FaultException.Failed(
        "vault.full",
        $"The disk of the vault at {folder} has {Megabytes(free)} free, "
        + $"and {Megabytes(reserve)} are kept in reserve.",
        "Free space on it or move the vault to a larger disk; backups go on from where they stopped.");

    public static FaultException ReadOnlyFolder(string folder) => FaultException.Failed(
        "store.read-only",
        $"The vault at {folder} cannot be written: by this user, or as its disk is mounted for reading only.",
        "Mount it for writing to back up; reading from it works as it is.");

    public static FaultException ReadOnly(string folder) => FaultException.Refused(
        "vault.read-only", $"The vault at {folder} was opened for reading only.", "");

    public static FaultException Shared(string folder) => FaultException.Refused(
        "vault.shared", $"The vault at {folder} was opened beside a possible writer, and this needs its lock.", "");

    public static FaultException NoMachine(MachineId machine) => FaultException.Refused(
        "vault.machine", $"No server {machine} is registered in this vault.", "Register it, or adopt one that is.");

    public static FaultException NoKeyspace(KeyspaceId keyspace) => FaultException.Refused(
        "vault.keyspace", $"This vault knows no keyspace {keyspace}.", "Check that this is the right vault.");

    public static FaultException NoPoint(ObjectId point) => FaultException.Failed(
        "vault.point", $"The vault does not hold the recovery point {point}.",
        "Choose another one; 'coffer verify' tells which are whole.");

    public static FaultException Held(ObjectId point) => FaultException.Refused(
        "point.held", $"The recovery point {point} is held.",
        "Release it first; what is held is kept, whatever else says.");

    public static FaultException Deleted(ObjectId point) => FaultException.Refused(
        "point.deleted", $"The recovery point {point} is deleted.",
        "Bring it back first: 'coffer protection undelete'.");

    public static FaultException NotYet(ObjectId point) => FaultException.Refused(
        "point.not-due", $"The recovery point {point} is not to be purged yet.",
        "It has to be deleted first, and to stay deleted for the vault's period of soft deletion.");

    public static FaultException Sound(ObjectId point) => FaultException.Refused(
        "point.sound", $"The vault has all that the recovery point {point} needs, so there is nothing to give up.",
        "'coffer vault check' names those that are hurt.");

    public static FaultException Envelope(string why) => FaultException.Refused(
        "vault.envelope", $"The vault does not take this envelope: {why}.", "");

    public static FaultException Registration(string why) => FaultException.Refused(
        "vault.registration", $"The vault does not take this registration: {why}.", "");

    public static FaultException Proof() => FaultException.Refused(
        "vault.proof", "The proof does not belong to this server's passphrase.", "Check the passphrase.");

    public static FaultException Policy(string why) => FaultException.Refused(
        "vault.policy", $"The vault does not take this policy: {why}.", "");

    public static FaultException Source(SourceId source, string why = "belongs to another server") =>
        FaultException.Refused("vault.source", $"The data source {source} {why}.", "");

    public static FaultException SessionEnded(string why) => FaultException.Failed(
        "vault.session", $"The backup's session has ended: {why}.", "Run the backup again; what was sent is kept.");

    public static FaultException Sequence(long sequence) => FaultException.Refused(
        "vault.sequence", $"This data source has a recovery point number {sequence} already, and it is another one.",
        "Run the backup again.");

    public static FaultException Point(string why) => FaultException.Refused(
        "vault.point-refused", $"The vault does not take this recovery point: {why}.", "");

    public static FaultException Repack() => FaultException.Failed(
        "vault.repack", "A pack of this name was removed or set aside before, so the name is never used again.",
        "Seal its frames anew and send them in another pack.");

    private static string Megabytes(long bytes) =>
        bytes >= 10L << 30 ? $"{bytes / (double)(1L << 30):0.0} GiB" : $"{bytes / (double)(1L << 20):0.0} MiB";
}
