using Coffer.Domain.Wording;
using Coffer.Domain;

namespace Coffer.Vault.Sharing;

/// <summary>What can be in the way of sharing a keyspace, worded once.</summary>
internal static class SharingFaults
{
    public static FaultException Private(string server) => FaultException.Refused(
        "keyspace.private", $"The keyspace of {server} is its own: no machine can join it, now or later.",
        "Register without --join. A keyspace that others may join is made by a machine that registers with --share.");

    public static FaultException Unregistered(string server) => FaultException.Refused(
        "join.unregistered", $"{server} was unregistered, and its backups are deleted.",
        "Name another member of the keyspace; where none is left, register a new one with --share.");

    public static FaultException Crowded(int waiting) => FaultException.Refused(
        "join.crowded", $"{Counted.Of(waiting, "machine waits", "machines wait")} to be let in already.",
        "Have an administrator decide about them first: `coffer-vault server joins`.");

    public static FaultException Pending(string server, string key) => FaultException.Refused(
        "join.pending",
        $"The passphrase is right. An administrator has to approve that this machine joins the keyspace of {server}.",
        $"`coffer-vault server admit {key}` on the vault's machine; then run the same command again here."
        + $" The key to compare: {key}.");

    public static FaultException NobodyAsks(string key) => FaultException.Usage(
        "join.unknown", $"No machine with the key {Shown(key)} asks to join a keyspace.",
        "`coffer-vault server joins` tells which do; compare the key with what the machine shows.");

    public static FaultException Future(DateTimeOffset since) => FaultException.Usage(
        "distrust.future", $"{since:u} has not come yet.",
        "Give the earliest time at which the machine may have been in other hands.");

    // What was typed, or sent.
    private static string Shown(string key) => key.Length > 32 ? key[..32] + "…" : key;
}
