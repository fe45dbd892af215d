using Coffer.Domain;

namespace Coffer.Storage;

/// <summary>The faults that every store reports alike.</summary>
internal static class StoreFaults
{
    public static FaultException Full(string doing, Exception? inner = null) => FaultException.Failed(
        "store.full", $"The disk of the vault is full: could not {doing}.",
        "Free space on it or delete recovery points; backups go on from where they stopped.", inner);

    public static FaultException ReadOnly(string doing, Exception? inner = null) => FaultException.Failed(
        "store.read-only", $"The vault's folder cannot be written: could not {doing}.",
        "Check that it is mounted for writing and that this user owns it.", inner);

    public static FaultException Lost(string doing, Exception? inner = null) => FaultException.Failed(
        "store.lost", $"The vault's disk does not answer: could not {doing}.",
        "Check that the disk is attached and mounted, and its health; then run the command again.", inner);

    public static FaultException Network(string root, string format) => FaultException.Refused(
        "store.network",
        $"{root} lies on a network file system ({format}), where two writers could not tell of each other.",
        "Use a folder on a disk of this machine.");

    public static FaultException OtherOwner(string path, string owner) => FaultException.Refused(
        "store.owner", $"{path} belongs to the user {owner}.",
        $"Run the command as {(owner == "root" ? "" : $"{owner} or as ")}root, or use another folder.");

    public static FaultException Hidden(string path) => FaultException.Refused(
        "store.owner", $"{path} cannot be looked at: a folder above it lets this user not pass.",
        "Run the command as the user who owns it or as root, or use another folder.");

    /// <summary>Null where the error has no fault of its own.</summary>
    public static FaultException? Of(DiskError error, string doing, Exception inner) => error switch
    {
        DiskError.Full => Full(doing, inner),
        DiskError.ReadOnly => ReadOnly(doing, inner),
        DiskError.Lost or DiskError.Missing => Lost(doing, inner),
        _ => null,
    };
}
