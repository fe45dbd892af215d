using Coffer.Domain;
using Coffer.Storage.Systems;

namespace Coffer.Storage;

/// <summary>The faults that every store reports alike, each with what to do about it.</summary>
public static class StoreFaults
{
    /// <summary>Null where the error has no fault of its own.</summary>
    /// <param name="doing">What could not be done to what: <c>read packs/…</c>.</param>
    public static FaultException? Of(StoreError error, string doing, Exception? inner = null) => error switch
    {
        StoreError.Full => FaultException.Failed(
            "store.full", $"The disk of the vault is full: could not {doing}.",
            "Free space on it or delete recovery points; backups go on from where they stopped.", inner),
        StoreError.Quota => FaultException.Failed(
            "store.quota", $"This user's quota on the vault's disk is used up: could not {doing}.",
            "Have the quota raised, or free space that this user takes there; backups go on from where they stopped.",
            inner),
        StoreError.ReadOnly => FaultException.Failed(
            "store.read-only", $"The vault's disk is mounted for reading only: could not {doing}.",
            "Mount it for writing. If it was writable before, the system turned it after an error: check its health.",
            inner),
        StoreError.Denied => FaultException.Failed(
            "store.denied", $"This user may not use the vault's folder so: could not {doing}.",
            "Run the command as the vault's owner or as root; check owner, permissions and flags of the folder.",
            inner),
        StoreError.Failing => FaultException.Failed(
            "store.failing", $"The vault's disk reports an error: could not {doing}.",
            "Check its cable and its health (smartctl, the system's log) and copy the vault to another disk soon; "
            + "'coffer verify --data' then tells what cannot be read.", inner),
        StoreError.Lost or StoreError.Missing => FaultException.Failed(
            "store.lost", $"The vault's disk is gone: could not {doing}.",
            "If it was pulled out, unmounted, or its server is away, bring it back; then run the command again. "
            + "Nothing that was finished is lost.", inner),
        StoreError.OpenFiles => SystemFaults.OpenFiles(doing, inner),
        _ => null,
    };

    /// <summary>The same from an error number of this system; null where it has no fault of its own.</summary>
    public static FaultException? OfSystem(int error, string doing, Exception? inner = null) =>
        OperatingSystem.IsLinux() && LinuxFiles.Kind(error) is var kind and not StoreError.Missing
            ? Of(kind, doing, inner)
            : null;

    internal static FaultException Full(string doing) => Of(StoreError.Full, doing)!;

    internal static FaultException Lost(string doing, Exception? inner = null) => Of(StoreError.Lost, doing, inner)!;

    internal static FaultException Network(string root, string format) => FaultException.Refused(
        "store.network",
        $"{root} lies on a network file system ({format}), where two writers could not tell of each other.",
        "Use a folder on a disk of this machine.");

    internal static FaultException OtherOwner(string path, string owner) => FaultException.Refused(
        "store.owner", $"{path} belongs to the user {owner}.",
        $"Run the command as {(owner == "root" ? "" : $"{owner} or as ")}root, or use another folder.");

    internal static FaultException Foreign(string path, string owner) => FaultException.Refused(
        "store.owner",
        $"{path}, or a folder on the way to it, is a link or no plain one of {owner}, so nothing is written there.",
        $"Run the command as {owner}, or put a plain one of {owner} there.");

    internal static FaultException Hidden(string path) => FaultException.Refused(
        "store.owner", $"{path} cannot be looked at: a folder above it lets this user not pass.",
        "Run the command as the user who owns it or as root, or use another folder.");
}
